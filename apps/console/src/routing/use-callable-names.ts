import { useUsableModels } from '../models/usable-models.js';
import { useRoutes } from './use-routes.js';

/** What clients of the organization can name: its routes, then the models that deployments serve. */
export function useCallableNames(): readonly string[] {
  const { models } = useUsableModels();
  const { rows = [] } = useRoutes();
  return [...new Set([...rows, ...models].map(({ name }) => name))];
}
