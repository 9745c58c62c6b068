/** Tests run on the sources (export condition `tollgate-source`), so that nothing has to be built to run one of them. */
const swc = [
  '@swc/jest',
  {
    swcrc: false,
    sourceMaps: 'inline',
    jsc: {
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
      target: 'es2023',
      // without it, JSON is imported as Jest will refuse one day
      experimental: { keepImportAttributes: true },
      keepClassNames: true,
    },
  },
];

export default {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['tollgate-source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': swc },
  resolver: '<rootDir>/scripts/jest-resolver.cjs',
  testMatch: ['<rootDir>/{apps,packages}/*/{src,test}/**/*.spec.ts'],
  globalSetup: '<rootDir>/scripts/jest-global-setup.mjs',
  globalTeardown: '<rootDir>/scripts/jest-global-teardown.mjs',
  maxWorkers: 2,
  testTimeout: 30_000,
};
