import type { RoutingConstraints } from '@tollgate/domain';
import type { Text } from '../i18n/use-text.js';

/** Constraints in words: `providers openai, in the house only`. */
export function constraintWords(constraints: RoutingConstraints, text: Text): string {
  const { providers, regions, residency, maxPrice } = constraints;
  const words = [
    ...(providers === undefined ? [] : [text('routing.atProviders', { names: providers.join(', ') })]),
    ...(regions === undefined ? [] : [text('routing.inRegions', { names: regions.join(', ') })]),
    ...(residency === undefined ? [] : [text('routing.inHouse')]),
    ...(maxPrice?.input === undefined ? [] : [text('routing.inputBelow', { price: maxPrice.input })]),
    ...(maxPrice?.output === undefined ? [] : [text('routing.outputBelow', { price: maxPrice.output })]),
  ];
  return words.length === 0 ? text('routing.anywhere') : words.join(', ');
}
