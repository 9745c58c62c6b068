import type { AppliedConfiguration, ConfigurationChange } from '@tollgate/wire';

const MARKS = { created: '+', changed: '~', removed: '-' } as const;

type Action = keyof typeof MARKS;

/** The differences for people: `+` what is new, `~` what changes, `-` what goes. */
export function showChanges({ changes, changed, dryRun }: AppliedConfiguration): string {
  if (!changed) return 'no changes';
  const lines = changes.flatMap((change) => (change.action === 'unchanged' ? [] : linesOf(change, change.action)));
  const counts = (Object.keys(MARKS) as Action[]).map(
    (action) => `${changes.filter((change) => change.action === action).length} ${action}`,
  );
  return [...lines, `${dryRun ? 'would be: ' : ''}${counts.join(', ')}`].join('\n');
}

function linesOf({ kind, name, fields }: ConfigurationChange, action: Action): string[] {
  const head = `${MARKS[action]} ${kind} ${name}`;
  if (kind === 'limits' && action === 'removed') return [`${head}: no longer described, stays as it is`];
  if (action === 'removed') return [head];
  const told = Object.entries(fields).filter(
    ([, { before, after }]) => !(action === 'created' && isNothing(after, before)),
  );
  return [
    head,
    ...told.map(([field, { before, after }]) =>
      action === 'created' ? `    ${field}: ${shown(after)}` : `    ${field}: ${shown(before)} → ${shown(after)}`,
    ),
  ];
}

/** What a new object has nothing of is not worth a line. */
const isNothing = (after: unknown, before: unknown): boolean => (after ?? null) === null && (before ?? null) === null;

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null));
