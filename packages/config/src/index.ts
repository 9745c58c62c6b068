export { childEnvironment, readConfigFromEnvironment } from './environment.js';
export { ConfigurationError } from './configuration-error.js';
export { readConfig } from './read-config.js';
export type { EnvironmentProvider, TollgateConfig, UpstreamTimeouts } from './tollgate-config.js';
