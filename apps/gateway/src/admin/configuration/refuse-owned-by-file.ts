import { conflict } from '../http/problem-error.js';

/** What tollgate.yaml describes would be turned back by its next application: it is changed there. */
export function refuseOwnedByFile(what: string, source: string): void {
  if (source === 'file') throw conflict(`The ${what} is described by tollgate.yaml. Change it there.`);
}
