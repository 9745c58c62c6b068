export { noMoreHeaders } from './header-authorizer.js';
export { type ConnectionFinding, testConnection } from './test-connection.js';
export {
  type AuthorizableRequest,
  AuthorizationError,
  type AuthorizationFault,
  type UpstreamAuthorizer,
} from './upstream-authorizer.js';
export { type CredentialOwner, UpstreamAuthorizers } from './upstream-authorizers.js';
