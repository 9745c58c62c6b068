import type { RouteDecision } from '@tollgate/domain';
import {
  RoutingView,
  type LiveHealth,
  type RouteQuestion,
  type RouteSimulation,
} from '../../src/platform/routing-view.js';

/** Stands for the inference half of a process, which the management API runs without here: it says what it is told. */
export class ToldRouting extends RoutingView {
  live: readonly LiveHealth[] = [];
  /** Every question, as it arrived. */
  readonly asked: RouteQuestion[] = [];
  /** Null: the model is none that anybody may use. */
  answer: RouteSimulation | null = { decision: decision({}), costs: new Map() };

  health(): readonly LiveHealth[] {
    return this.live;
  }

  simulate(question: RouteQuestion): Promise<RouteSimulation | null> {
    this.asked.push(question);
    return Promise.resolve(this.answer);
  }
}

export const decision = (changes: Partial<RouteDecision>): RouteDecision => ({
  routeId: null,
  strategy: 'balanced',
  reason: 'best',
  candidates: [],
  ...changes,
});
