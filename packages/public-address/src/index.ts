export { isPublicAddress } from './public-address.js';
export {
  AddressRefusedError,
  publicLookup,
  requirePublicForm,
  requirePublicUrl,
  resolveBySystem,
} from './public-url.js';
export type { Resolve } from './public-url.js';
