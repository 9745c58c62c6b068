export {
  childEnvironment,
  environmentVariable,
  readConfigFromEnvironment,
  readDemoConfigFromEnvironment,
} from './environment.js';
export { ConfigurationError } from './configuration-error.js';
export { readConfig, readDemoConfig } from './read-config.js';
export type { EnvironmentProvider, TollgateConfig, UpstreamTimeouts } from './tollgate-config.js';
