import { needsSecret, providers } from '@tollgate/providers';
import { OPERATIONS, ORGANIZATION_HEADER, type Operation } from '@tollgate/wire';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { precompressedFiles } from './precompressed-files.js';

const OPERATION_TABLE = 'virtual:operation-table';

/**
 * Method and path of every operation, read from the API's own description while the console is built. The schemas
 * themselves stay out of the browser: the API validates and names every fault, so the console need not do it twice.
 */
function operationTable(): Plugin {
  return {
    name: 'operation-table',
    resolveId: (id) => (id === OPERATION_TABLE ? `\0${OPERATION_TABLE}` : null),
    load(id) {
      if (id !== `\0${OPERATION_TABLE}`) return null;
      const operations: readonly Operation[] = Object.values(OPERATIONS);
      const table = Object.fromEntries(
        operations.map(({ id: name, method, path, permission, ownPermission, operatorOnly }) => [
          name,
          { method, path, permission, ownPermission, operatorOnly },
        ]),
      );
      const exported = { OPERATION_TABLE: table, ORGANIZATION_HEADER };
      return Object.entries(exported)
        .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`)
        .join('\n');
    },
  };
}

const PROVIDER_TABLE = 'virtual:provider-table';
/** Where models differ, the newer ones take only the newer name of a field, and the older ones both. */
const NEW_MODEL = 'gpt-5';

/** What a form has to know of every provider of this version; how they are called stays out of the browser. */
function providerTable(): Plugin {
  return {
    name: 'provider-table',
    resolveId: (id) => (id === PROVIDER_TABLE ? `\0${PROVIDER_TABLE}` : null),
    load(id) {
      if (id !== `\0${PROVIDER_TABLE}`) return null;
      const table = [...providers.values()].map((provider) => ({
        id: provider.id,
        displayName: provider.displayName,
        defaultBaseUrl: provider.defaultBaseUrl,
        baseUrlTemplate: provider.baseUrlTemplate ?? null,
        needsSecret: needsSecret(provider),
        authentication: provider.authentication,
        credentialUrl: provider.credentialUrl ?? null,
        outputCapField: provider.targetModel(NEW_MODEL, null).outputCapField,
      }));
      return `export const PROVIDER_TABLE = ${JSON.stringify(table)};`;
    },
  };
}

/** Where `vite dev` finds a running gateway. */
const GATEWAY = 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react(), operationTable(), providerTable(), precompressedFiles()],
  build: {
    target: 'es2022',
    // nothing inline: the content security policy of the gateway allows files only
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_200,
  },
  server: { proxy: { '/api': GATEWAY, '/v1': GATEWAY } },
});
