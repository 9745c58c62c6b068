import { describe, expect, test } from '@jest/globals';

import type { Conversation, Message, Part, Tool } from '../src/conversation.js';
import type { ClientDialectId, ProviderDialectId } from '../src/dialect-id.js';
import { providerDialects } from '../src/dialects/registry.js';
import { type ParameterName, PARAMETER_NAMES } from '../src/parameter-names.js';
import { anthropicTargetModel } from '../src/providers/anthropic/target-model.js';
import { bedrockTargetModel } from '../src/providers/aws-bedrock/target-model.js';
import { cohereTargetModel } from '../src/providers/cohere/target-model.js';
import { googleTargetModel } from '../src/providers/google-gemini/target-model.js';
import { openaiTargetModel } from '../src/providers/openai/target-model.js';
import type { TargetModel } from '../src/target-model.js';

const CLIENTS: readonly ClientDialectId[] = [
  'openai-chat',
  'openai-responses',
  'openai-completions',
  'anthropic-messages',
  'google-generate',
];
const NOVA = 'amazon.nova-pro-v1:0';
const CLAUDE = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const TARGETS: readonly (readonly [ProviderDialectId, string, TargetModel])[] = [
  ['openai-chat', 'gpt-5', openaiTargetModel('gpt-5', 64_000)],
  ['openai-chat', 'gpt-4.1', openaiTargetModel('gpt-4.1', 32_000)],
  ['openai-responses', 'gpt-5', openaiTargetModel('gpt-5', 64_000, 'openai-responses')],
  ['anthropic-messages', 'claude-sonnet-4-5', anthropicTargetModel('claude-sonnet-4-5', 64_000)],
  ['anthropic-messages', 'claude-opus-5', anthropicTargetModel('claude-opus-5', 64_000)],
  ['google-generate', 'gemini-3-pro-preview', googleTargetModel('gemini-3-pro-preview', 64_000)],
  ['google-generate', 'gemini-2.5-flash', googleTargetModel('gemini-2.5-flash', 64_000)],
  ['bedrock-converse', CLAUDE, bedrockTargetModel(CLAUDE, 64_000)],
  ['bedrock-converse', NOVA, bedrockTargetModel(NOVA, 10_000)],
  ['cohere-chat', 'command-a-03-2025', cohereTargetModel('command-a-03-2025', 8_000)],
];

/** What is said of the request as a whole, and by which name it is to be missed. */
const FIELDS: readonly (readonly [ParameterName | RegExp, Partial<Conversation>])[] = [
  ['choices', { choices: 2 }],
  ['topLogprobs', { topLogprobs: 3 }],
  ['logprobs', { topLogprobs: 0 }],
  ['stop', { stop: ['END'] }],
  ['stop', { stop: ['a', 'b', 'c', 'd', 'e', 'f'] }],
  ['maxOutputTokens', { maxOutputTokens: 777 }],
  ['verbosity', { verbosity: 'low' }],
  ['outputModalities', { outputModalities: ['text', 'image'] }],
  ['outputAudio', { outputAudio: { voice: 'alloy', format: 'mp3' } }],
  ['serviceTier', { serviceTier: 'priority' }],
  ['serviceTier', { serviceTier: 'flex' }],
  [/^(?:user|metadata\.user_id)$/, { endUser: 'user_1' }],
  ['responseFormat', { responseFormat: { kind: 'json-object' } }],
  [
    'responseFormat',
    {
      responseFormat: {
        kind: 'json-schema',
        name: 'x',
        description: null,
        schema: { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false },
        strict: true,
      },
    },
  ],
  ['effort', { reasoning: { effort: 'high', thinking: null, lost: false } }],
  ['effort', { reasoning: { effort: 'low', thinking: null, lost: false } }],
  ['thinking', { reasoning: { effort: null, thinking: { kind: 'budget', tokens: 3000, display: null }, lost: false } }],
  [/^something_new$/, { extensions: { something_new: 1 } }],
];

const SAMPLING: readonly (readonly [ParameterName, Partial<Conversation['sampling']>])[] = [
  ['temperature', { temperature: 0.3 }],
  ['topP', { topP: 0.4 }],
  ['topK', { topK: 7 }],
  ['presencePenalty', { presencePenalty: 0.5 }],
  ['frequencyPenalty', { frequencyPenalty: 0.5 }],
  ['seed', { seed: 5 }],
  ['logitBias', { logitBias: { '5': 1 } }],
];

const look: Tool = {
  name: 'look',
  description: null,
  parameters: { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false },
  strict: null,
  custom: null,
  definedBy: null,
  cacheMarker: null,
  extensions: {},
};
const TOOLS: readonly (readonly [ParameterName | RegExp, Partial<Conversation>])[] = [
  ['toolChoice', { toolChoice: { kind: 'none' } }],
  ['toolChoice', { toolChoice: { kind: 'required' } }],
  ['toolChoice', { toolChoice: { kind: 'tool', name: 'look', custom: false } }],
  ['parallelToolCalls', { parallelToolCalls: false }],
  [/^tools/, { tools: [{ ...look, description: 'Looks.' }] }],
  [/^tools/, { tools: [{ ...look, strict: true }] }],
  [/^cache_control$/, { tools: [{ ...look, cacheMarker: { ttl: null } }] }],
  [/^tools/, { tools: [{ ...look, extensions: { new_thing: 1 } }] }],
  [/^tools/, { tools: [look, { ...look, name: 'write', parameters: null, custom: { format: null } }] }],
  [/^tools/, { tools: [look, { ...look, name: 'search', definedBy: 'openai-completions' }] }],
];

type Named = (param: string) => boolean;

const IMAGE = 'data:image/png;base64,iVBORw0KGgo=';
/** Parts that are added to what the user says. */
const PARTS: readonly (readonly [string, Part])[] = [
  ['text', { kind: 'text', text: 'more' }],
  ['extensions of a text', { kind: 'text', text: 'said', extensions: { new_thing: 1 } }],
  ['an image', { kind: 'image', url: IMAGE, fileId: null, detail: null }],
  ['an image by its address', { kind: 'image', url: 'https://example.com/a.png', fileId: null, detail: null }],
  ['a kept image', { kind: 'image', url: null, fileId: 'file_1', detail: null }],
  ['sound', { kind: 'audio', id: null, data: 'QUJD', format: 'mp3', transcript: null, expiresAt: null }],
  ['a file', { kind: 'file', source: { kind: 'data', data: 'data:application/pdf;base64,QUJD' }, filename: null }],
  ['a file by its address', { kind: 'file', source: { kind: 'url', url: 'https://e.com/a.pdf' }, filename: null }],
  ['a kept file', { kind: 'file', source: { kind: 'id', id: 'file_1' }, filename: null }],
  ['a text file', { kind: 'file', source: { kind: 'text', text: 'content' }, filename: null }],
  [
    'a file of parts',
    { kind: 'file', source: { kind: 'parts', parts: [{ kind: 'text', text: 'x' }] }, filename: null },
  ],
  ['a cache marker', { kind: 'cache-marker', ttl: null }],
  ['what nobody knows', { kind: 'opaque', dialect: 'openai-completions', wire: { type: 'new_thing' } }],
];
/** Variants of parts, and what they differ from. */
const VARIANTS: readonly (readonly [string, Part, Part])[] = [
  ['detail', image({ detail: 'high' }), image({})],
  ['extensions of an image', image({ extensions: { video_metadata: { fps: 1 } } }), image({})],
  ['the name of a file', pdf({ filename: 'a.pdf' }), pdf({})],
  ['extensions of a file', pdf({ extensions: { citations: { enabled: true } } }), pdf({})],
  ['extensions of a text', { kind: 'text', text: 'x', extensions: { new_thing: 1 } }, { kind: 'text', text: 'x' }],
];

function image(more: object): Part {
  return { kind: 'image', url: IMAGE, fileId: null, detail: null, ...more };
}

function pdf(more: object): Part {
  const source = { kind: 'data', data: 'data:application/pdf;base64,QUJD' } as const;
  return { kind: 'file', source, filename: null, ...more };
}

const say = (path: string, role: Message['role'], parts: readonly Part[]): Message => ({
  path,
  role,
  name: null,
  parts,
  extensions: {},
});

function base(dialect: ClientDialectId, more: Partial<Conversation> = {}): Conversation {
  return {
    dialect,
    model: 'm',
    messages: [say('messages[0]', 'user', [{ kind: 'text', text: 'Hi.' }])],
    tools: [],
    toolChoice: null,
    parallelToolCalls: null,
    responseFormat: null,
    sampling: {
      temperature: null,
      topP: null,
      topK: null,
      presencePenalty: null,
      frequencyPenalty: null,
      seed: null,
      logitBias: null,
    },
    maxOutputTokens: null,
    stop: [],
    choices: 1,
    topLogprobs: null,
    reasoning: { effort: null, thinking: null, lost: false },
    verbosity: null,
    outputModalities: null,
    outputAudio: null,
    serviceTier: null,
    endUser: null,
    stream: false,
    includeUsage: true,
    extensions: {},
    ...more,
  };
}

describe.each(TARGETS)('%s, %s', (provider, model, target) => {
  const built = (conversation: Conversation): { body: string; missed: readonly string[] } => {
    const { body, inexpressible } = providerDialects[provider].buildRequest({ ...conversation, model }, target);
    return { body: JSON.stringify(body), missed: inexpressible.map(({ param }) => param) };
  };
  /** The names of what is dropped without a word, of all that was changed. */
  const silent: (what: string, before: Conversation, after: Conversation, named: Named) => string[] = (
    what,
    before,
    after,
    named,
  ) => {
    const [was, is] = [built(before), built(after)];
    const isMissed = is.missed.some((param) => named(param) && !was.missed.includes(param));
    // what is missed as a whole is missed with all that it has
    const isGone = was.missed.some((param) => param === 'messages[0].content[1]');
    return was.body === is.body && !isMissed && !isGone ? [`${what} (${is.missed.join(', ')})`] : [];
  };
  const nameOf = (name: ParameterName | RegExp, client: ClientDialectId): Named => {
    if (name instanceof RegExp) return (param) => name.test(param);
    const names = PARAMETER_NAMES[client];
    return (param) => param === names[name] || param === names.thinking;
  };
  const clients = CLIENTS.filter((client) => client !== provider);

  test.each(clients)('hears or misses every parameter of %s', (client) => {
    const found = [
      ...FIELDS.flatMap(([name, more]) =>
        silent(JSON.stringify(more), base(client), base(client, more), nameOf(name, client)),
      ),
      ...SAMPLING.flatMap(([name, more]) => {
        const plain = base(client);
        const sampled = { ...plain, sampling: { ...plain.sampling, ...more } };
        return silent(JSON.stringify(more), plain, sampled, nameOf(name, client));
      }),
      ...TOOLS.flatMap(([name, more]) =>
        silent(
          JSON.stringify(more),
          base(client, { tools: [look] }),
          base(client, { tools: [look], ...more }),
          nameOf(name, client),
        ),
      ),
    ];
    expect(found).toEqual([]);
  });

  test.each(clients)('hears or misses all that messages of %s hold', (client) => {
    const hi: Part = { kind: 'text', text: 'Hi.' };
    const user = (...parts: Part[]): Conversation => base(client, { messages: [say('messages[0]', 'user', parts)] });
    const result = (more: object): Conversation =>
      base(client, {
        tools: [look],
        messages: [
          say('messages[0]', 'user', [hi]),
          say('messages[1]', 'assistant', [
            { kind: 'tool-call', id: 'c1', name: 'look', input: '{"a":"b"}', custom: false },
          ]),
          say('messages[2]', 'user', [
            { kind: 'tool-result', toolCallId: 'c1', content: [hi], isError: false, ...more },
          ]),
        ],
      });
    const thought = (part: Part[]): Conversation =>
      base(client, {
        messages: [
          say('messages[0]', 'user', [hi]),
          say('messages[1]', 'assistant', [...part, hi]),
          say('messages[2]', 'user', [hi]),
        ],
      });
    const anything: Named = () => true;
    const found = [
      ...PARTS.flatMap(([what, part]) => silent(what, user(hi), user(hi, part), anything)),
      ...VARIANTS.flatMap(([what, part, plain]) => silent(what, user(hi, plain), user(hi, part), anything)),
      ...silent('a failed tool', result({}), result({ isError: true }), anything),
      ...silent('an image of a tool', result({}), result({ content: [hi, image({})] }), anything),
      ...silent('extensions of a result', result({}), result({ extensions: { new_thing: 1 } }), anything),
      ...silent(
        'a name',
        user(hi),
        base(client, { messages: [{ ...say('messages[0]', 'user', [hi]), name: 'Ann' }] }),
        anything,
      ),
      ...silent(
        'extensions of a message',
        user(hi),
        base(client, { messages: [{ ...say('messages[0]', 'user', [hi]), extensions: { new_thing: 1 } }] }),
        anything,
      ),
      ...silent(
        'instructions',
        user(hi),
        base(client, { messages: [say('messages[0]', 'system', [hi]), say('messages[1]', 'user', [hi])] }),
        anything,
      ),
      ...silent(
        'a thought',
        thought([]),
        thought([{ kind: 'reasoning', text: 'Hm.', signature: null, redacted: null }]),
        anything,
      ),
      ...silent(
        'a signed thought',
        thought([]),
        thought([{ kind: 'reasoning', text: 'Hm.', signature: 's', redacted: null, provenBy: 'openai-chat' }]),
        anything,
      ),
      ...silent(
        'a hidden thought',
        thought([]),
        thought([{ kind: 'reasoning', text: '', signature: null, redacted: 'r' }]),
        anything,
      ),
      ...silent('a refusal', thought([]), thought([{ kind: 'refusal', text: 'No.' }]), anything),
    ];
    expect(found).toEqual([]);
  });
});
