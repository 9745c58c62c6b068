import type { Choice, Completion, Part, StreamPart } from '../conversation.js';

/** A whole answer as the parts of a stream: the opposite of `collectCompletion`. */
export function completionParts(completion: Completion): StreamPart[] {
  const { dialect, id, model, created, usage, serviceTier, extensions } = completion;
  const parts: StreamPart[] = [{ kind: 'start', dialect, id, model, created, usage }];
  if (serviceTier !== null) parts.push({ kind: 'service-tier', serviceTier });
  if (Object.keys(extensions).length > 0) parts.push({ kind: 'extensions', choice: null, extensions });
  for (const choice of completion.choices) parts.push(...choiceParts(choice));
  if (usage !== null) parts.push({ kind: 'usage', usage });
  parts.push({ kind: 'done' });
  return parts;
}

function choiceParts({ index: choice, ...said }: Choice): StreamPart[] {
  const parts: StreamPart[] = [];
  let calls = 0;
  for (const part of said.parts) {
    parts.push({ kind: 'part', choice }, ...partParts(choice, part, calls));
    if (part.kind === 'tool-call') calls++;
  }
  if (said.annotations.length > 0) parts.push({ kind: 'annotations', choice, annotations: said.annotations });
  if (said.logprobs !== null) parts.push({ kind: 'logprobs', choice, logprobs: said.logprobs });
  if (Object.keys(said.extensions).length > 0) parts.push({ kind: 'extensions', choice, extensions: said.extensions });
  if (said.finish !== null) {
    parts.push({ kind: 'finish', choice, reason: said.finish, stopSequence: said.stopSequence });
  }
  return parts;
}

function partParts(choice: number, part: Part, index: number): StreamPart[] {
  switch (part.kind) {
    case 'text': {
      const citations = (part.extensions?.['citations'] ?? []) as readonly Record<string, unknown>[];
      return [
        ...(part.text === '' ? [] : [{ kind: 'text' as const, choice, text: part.text }]),
        ...citations.map((citation) => ({ kind: 'citation' as const, choice, citation })),
      ];
    }
    case 'refusal':
      return [{ kind: 'refusal', choice, text: part.text }];
    case 'reasoning':
      return [{ ...part, choice }];
    case 'image':
      return [{ kind: 'image', choice, image: part }];
    case 'audio':
      return [{ kind: 'audio', choice, audio: part }];
    case 'opaque':
      return [{ kind: 'opaque', choice, part }];
    case 'tool-call': {
      const { input, ...call } = part;
      return [
        { ...call, choice, index },
        { kind: 'tool-input', choice, index, text: input },
      ];
    }
    case 'file':
    case 'tool-result':
    case 'cache-marker':
      return []; // no answer holds them
  }
}
