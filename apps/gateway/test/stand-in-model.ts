/** What the stand-ins' models say: decided by what they are asked, so that every dialect must bring the same across. */
export interface Asked {
  /** Text of the last message of the user; empty when it only brings results. */
  readonly text: string;
  /** Texts of the tool results that the last turn brings. */
  readonly results: readonly string[];
  readonly tools: readonly string[];
  readonly mayCall: boolean;
  readonly images: number;
}

export interface Said {
  readonly thought: string;
  readonly text: string;
  readonly calls: readonly { readonly name: string; readonly input: Readonly<Record<string, unknown>> }[];
}

/** "call NAME with VALUE" calls a tool, several times when it is said several times; results are repeated. */
export function say({ text, results, tools, mayCall, images }: Asked): Said {
  const seen = images > 0 ? ` I see ${images} image${images === 1 ? '' : 's'}.` : '';
  if (results.length > 0) {
    return { thought: 'The tools have answered.', text: `They said: ${results.join(' and ')}.${seen}`, calls: [] };
  }
  const calls = [...text.matchAll(/call (\w+) with (\w+)/g)]
    .filter(([, name]) => mayCall && tools.includes(name ?? ''))
    .map(([, name, value]) => ({ name: name ?? '', input: { value } }));
  if (calls.length > 0) return { thought: 'Tools know more.', text: 'Let me look.', calls };
  return { thought: 'That is easy.', text: `You said: ${text.slice(0, 80)}.${seen} ☂ 世界`, calls: [] };
}

/** Cuts a text into pieces, as models stream it. */
export function pieces(text: string, size = 7): string[] {
  const characters = [...text];
  const cut: string[] = [];
  for (let at = 0; at < characters.length; at += size) cut.push(characters.slice(at, at + size).join(''));
  return cut;
}
