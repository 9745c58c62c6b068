/** Why a gateway does not start, in one line for its operator. */
export class GatewayStartError extends Error {}
