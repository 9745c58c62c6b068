/** Who may know whom. Arrows go one way: apps → packages → domain. */

/** A workspace package as an import resolves to it, by its sources or by what is built of them. */
const packagePath = (name) => `^packages/${name}/`;
const STEPS = '^apps/gateway/src/inference/pipeline/([^/]+)/';

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      // parts of a cycle can only be understood, tested and moved together
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'packages-never-import-apps',
      // a package serves several apps; what it took from one would bind all of them to it
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-never-import-each-other',
      // apps are processes: they meet over HTTP, Postgres and the queue, and are deployed apart
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'domain-imports-nothing-of-ours',
      // everybody speaks its words, so it can depend on nobody's
      severity: 'error',
      from: { path: packagePath('domain') },
      to: { path: '^(apps|packages)/', pathNot: packagePath('domain') },
    },
    {
      name: 'providers-import-only-domain',
      // translation is pure, so that a retry may translate again and every fixture runs without a server
      severity: 'error',
      from: { path: `${packagePath('providers')}src/`, pathNot: '[.]spec[.]ts$' },
      to: { path: '^(apps|packages)/', pathNot: `${packagePath('(providers|domain)')}` },
    },
    {
      name: 'upstream-authorization-imports-only-providers',
      // it mints and signs for whoever asks, and holds no tables, keys and settings of the gateway's
      severity: 'error',
      from: { path: `${packagePath('upstream-authorization')}src/`, pathNot: '[.]spec[.]ts$' },
      to: { path: '^(apps|packages)/', pathNot: packagePath('(upstream-authorization|providers|domain)') },
    },
    {
      name: 'billing-is-pure',
      // gateway and worker must come to the same price: no clock, no database, no file between a usage and its money
      severity: 'error',
      from: { path: `${packagePath('billing')}src/`, pathNot: '[.]spec[.]ts$' },
      to: { pathNot: packagePath('(billing|domain)') },
    },
    {
      name: 'routing-is-pure',
      // a day of traffic can be replayed through it in seconds only while clock and chance are given to it
      severity: 'error',
      from: { path: `${packagePath('routing')}src/`, pathNot: '[.]spec[.]ts$' },
      to: { pathNot: packagePath('(routing|domain)') },
    },
    {
      name: 'pure-packages-do-no-io',
      // what needs no server to be tested stays so
      severity: 'error',
      from: { path: `${packagePath('(providers|domain|billing|routing|wire)')}src/`, pathNot: '[.]spec[.]ts$' },
      to: { path: '^(node:)?(fs|fs/promises|net|http|https|http2|child_process|dgram|dns|tls|worker_threads)$' },
    },
    {
      name: 'wire-imports-no-package',
      // the console takes it into the browser
      severity: 'error',
      from: { path: `${packagePath('wire')}src/`, pathNot: '[.]spec[.]ts$' },
      to: { path: '^(apps|packages)/', pathNot: packagePath('(wire|domain)') },
    },
    {
      name: 'product-never-imports-tests-parts',
      // fakes and throw-away databases must not be able to reach an installation
      severity: 'error',
      from: { path: '^(apps|packages)/[^/]+/src/', pathNot: ['[.]spec[.]ts$', packagePath('testing')] },
      to: { path: [packagePath('testing'), '[.]spec[.]ts$', '^(apps|packages)/[^/]+/test/'] },
    },
    {
      name: 'inference-never-imports-admin',
      // the hot path pays nothing for the management API, and runs without it
      severity: 'error',
      from: { path: '^apps/gateway/src/inference/' },
      to: { path: '^apps/gateway/src/(admin|identity)/' },
    },
    {
      name: 'sign-in-library-is-loaded-late',
      // it is half a second and nine megabytes that a gateway without console users has no use for
      severity: 'error',
      from: {},
      to: {
        path: '^apps/gateway/src/identity/auth-library[.]ts$',
        dependencyTypesNot: ['dynamic-import', 'type-only'],
      },
    },
    {
      name: 'admin-never-imports-inference',
      // the management API changes the database; gateways notice by themselves, on other machines too
      severity: 'error',
      from: { path: '^apps/gateway/src/admin/' },
      to: { path: '^apps/gateway/src/inference/' },
    },
    {
      name: 'pipeline-steps-meet-only-in-pipeline',
      // the order of the steps is a story told in one file; a step that calls another hides a part of it
      severity: 'error',
      from: { path: STEPS, pathNot: '[.]spec[.]ts$' },
      to: { path: STEPS, pathNot: '^apps/gateway/src/inference/pipeline/$1/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'workspaces-only-by-their-name',
      // by a relative path, what a package does not export could be reached, and is then no longer free to change
      severity: 'error',
      from: { path: '^(apps|packages)/([^/]+)/' },
      to: { path: '^(apps|packages)/', pathNot: '^$1/$2/', dependencyTypes: ['local'] },
    },
    {
      name: 'no-undeclared-dependencies',
      // what only happens to lie in node_modules is not there in the image
      severity: 'error',
      from: { path: '^(apps|packages)/[^/]+/src/', pathNot: '[.]spec[.]ts$' },
      to: { path: '(^|/)node_modules/', dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'everything-resolves',
      // a rule about a file that is not found says nothing
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // modules that are written while building stand in no file
    exclude: { path: '(^|/)(dist|generated|wasm|node_modules/[.]prisma)/|^virtual:' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['tollgate-source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.cjs', '.js', '.json'],
    },
  },
};
