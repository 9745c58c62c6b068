import { MODALITIES, type RoutingConstraints } from '@tollgate/domain';
import { z } from 'zod';
import { decimal, text } from './fields.js';

const MAX_LISTED = 100;
const MAX_CONTEXT = 100_000_000;

const listOf = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .min(1, 'must name at least one; leave it out where everything is meant')
    .max(MAX_LISTED)
    .refine((list) => new Set(list).size === list.length, 'must not repeat');

const maxPrice = z
  .strictObject({ input: decimal().exactOptional(), output: decimal().exactOptional() })
  .refine((price) => Object.keys(price).length > 0, 'must name input or output')
  .meta({ description: 'USD per million tokens. A model without a price does not meet it.' });

/** What a deployment must be to serve requests: of a key, of a route, of one request. */
export const routingConstraints = z
  .strictObject({
    providers: listOf(text(64)).exactOptional().meta({ description: 'Others are left out.' }),
    regions: listOf(text(64)).exactOptional().meta({
      description: 'Of deployments. A deployment of no region (`*`) is in none of them.',
    }),
    residency: z.literal('local-only').exactOptional().meta({
      description: 'Only what is reached at a private address, or is of the region `local`: nothing leaves the house.',
    }),
    inputModalities: listOf(z.enum(MODALITIES)).exactOptional().meta({ description: 'What the model must take.' }),
    outputModalities: listOf(z.enum(MODALITIES)).exactOptional(),
    minContext: z.int().min(1).max(MAX_CONTEXT).exactOptional().meta({
      description: 'Tokens of context window. A model whose window is not known does not meet it.',
    }),
    maxPrice: maxPrice.exactOptional(),
  })
  .meta({
    id: 'RoutingConstraints',
    description: 'Whatever is given holds, and those of key, route and request hold together.',
  });

routingConstraints satisfies z.ZodType<RoutingConstraints>;
