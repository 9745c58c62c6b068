import type { LadderAction } from '@tollgate/domain';
import type { Organization } from '@tollgate/wire';

/** A step on the way to the end of a budget as it is filled in: text until it is sent. */
interface RungFields {
  readonly percent: string;
  readonly action: LadderAction;
  /** Of a throttle. */
  readonly requestsPerMinute: string;
}

export type LadderFields = RungFields[];

export const NEW_RUNG: RungFields = { percent: '80', action: 'notify', requestsPerMinute: '' };

export const ladderFieldsOf = (ladder: Organization['budgetLadder']): LadderFields =>
  ladder.map((rung) => ({
    percent: String(rung.percent),
    action: rung.action,
    requestsPerMinute: rung.action === 'throttle' ? String(rung.requestsPerMinute) : '',
  }));

/** What the API is sent; it puts the steps into their order. */
export const ladderOf = (fields: LadderFields): Organization['budgetLadder'] =>
  fields.map(({ percent, action, requestsPerMinute }) =>
    action === 'throttle'
      ? { percent: Number(percent), action, requestsPerMinute: Number(requestsPerMinute) }
      : { percent: Number(percent), action },
  );
