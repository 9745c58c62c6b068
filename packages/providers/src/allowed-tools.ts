/** The names in OpenAI's list of allowed tools. */
export function allowedToolNames(tools: readonly unknown[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const tool of tools as readonly { function?: { name?: unknown }; custom?: { name?: unknown } }[]) {
    const name = tool.function?.name ?? tool.custom?.name;
    if (typeof name === 'string') names.add(name);
  }
  return names;
}
