export const LANGUAGES = ['curl', 'Python', 'TypeScript'] as const;
export type Language = (typeof LANGUAGES)[number];

interface SnippetParts {
  readonly baseUrl: string;
  readonly secret: string;
  readonly model: string;
  /** What the model's provider calls the longest length of an answer. */
  readonly capField: string;
}

/** Without a cap the dearest answer is held, which a small budget may not allow. */
const CAP = 200;

/** A first request that works as it stands: with the address of this installation, the key, and a model it may use. */
export function snippetOf(language: Language, { baseUrl, secret, model, capField }: SnippetParts): string {
  switch (language) {
    case 'curl':
      return `curl ${baseUrl}/chat/completions \\
  -H "Authorization: Bearer ${secret}" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "${model}", "${capField}": ${CAP}, "messages": [{"role": "user", "content": "Hello"}]}'`;
    case 'Python':
      return `from openai import OpenAI

client = OpenAI(base_url="${baseUrl}", api_key="${secret}")
answer = client.chat.completions.create(
    model="${model}",
    ${capField}=${CAP},
    messages=[{"role": "user", "content": "Hello"}],
)
print(answer.choices[0].message.content)`;
    case 'TypeScript':
      return `import OpenAI from 'openai';

const client = new OpenAI({ baseURL: '${baseUrl}', apiKey: '${secret}' });
const answer = await client.chat.completions.create({
  model: '${model}',
  ${capField}: ${CAP},
  messages: [{ role: 'user', content: 'Hello' }],
});
console.log(answer.choices[0]?.message.content);`;
  }
}
