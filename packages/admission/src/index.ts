export type * from './admission-store.js';
export { InProcessAdmissionStore } from './in-process-admission-store.js';
export type { InProcessAdmissionOptions } from './in-process-admission-store.js';
