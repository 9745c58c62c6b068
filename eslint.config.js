import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Said of a place that has no owner; what is inside belongs to whoever needs it, under a name that says what it is. */
const EMPTY_NAMES = /(^|[/.-])(utils?|helpers?|common|shared|core|managers?|misc)(?=$|[/.-])/;

const PROVIDER_IDS = [
  ...['openai', 'azure-openai', 'anthropic', 'google-gemini', 'google-vertex', 'aws-bedrock', 'mistral', 'cohere'],
  ...['groq', 'together', 'fireworks', 'deepseek', 'xai', 'perplexity', 'openrouter', 'cerebras', 'sambanova'],
  ...['nvidia-nim', 'cloudflare', 'huggingface', 'moonshot', 'zhipu', 'dashscope', 'minimax', 'deepinfra', 'nebius'],
  ...['voyage', 'jina', 'ollama', 'llama-cpp', 'vllm', 'lm-studio', 'openai-compatible', 'sandbox'],
].join('|');

const PROVIDER_COMPARISONS = ['BinaryExpression[operator=/^[!=]==?$/] > ', 'SwitchCase > '].map((place) => ({
  selector: `${place}Literal[value=/^(${PROVIDER_IDS})$/]`,
  message: 'What makes a provider different is declared in packages/providers; ask its declaration.',
}));

/** A class that Nest constructs is given its parts by type, never by position. */
const POSITIONAL_PARAMETERS = {
  selector:
    ':function[params.length>3]:not(ClassDeclaration[decorators.length>0] MethodDefinition[kind=constructor] > FunctionExpression)',
  message: 'More than three positional parameters: which is which? Pass an object.',
};

const tollgate = {
  rules: {
    'telling-names': {
      create: (context) => ({
        Program(node) {
          const name = context.filename.slice(context.cwd.length + 1);
          if (EMPTY_NAMES.test(name)) context.report({ node, message: `"${name}" does not say what is inside.` });
        },
      }),
    },
  },
};

export default tseslint.config(
  {
    ignores: [
      '**/dist/',
      '**/generated/',
      'coverage/',
      '.tollgate/',
      // data, written by scripts/import-catalogue.mjs
      'packages/providers/src/catalogue/data/',
      // AssemblyScript, and the base64 that is made of it
      'packages/providers/wasm/',
      'packages/providers/src/passthrough/block-scanner-wasm.ts',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error', noInlineConfig: true } },
  eslint.configs.recommended,
  {
    files: ['{apps,packages}/**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // an interface may be asynchronous where one implementation has nothing to wait for
      '@typescript-eslint/require-await': 'off',
      // numbers in messages are what messages are for
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
    },
  },
  {
    // what runs in a browser is checked against a browser's own globals
    files: ['apps/console/src/**/*.{ts,tsx}'],
    ignores: ['**/*.spec.ts'],
    languageOptions: { parserOptions: { project: './apps/console/tsconfig.json' } },
  },
  {
    files: ['{apps,packages}/**/*.{ts,tsx,mjs}', 'scripts/**/*.{mjs,cjs}', '*.{js,cjs}'],
    plugins: { tollgate },
    rules: {
      // `== null` is null or undefined, which is what it says
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'tollgate/telling-names': 'error',
      'max-lines': ['error', 400],
      'no-restricted-syntax': ['error', POSITIONAL_PARAMETERS],
    },
  },
  {
    files: ['{apps,packages}/*/src/**/*.{ts,tsx}'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'max-lines-per-function': ['error', { max: 60 }],
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only packages/config reads the environment.' },
      ],
    },
  },
  {
    files: ['{apps,packages}/*/src/**/*.{ts,tsx}'],
    ignores: ['**/*.spec.ts', 'packages/providers/**'],
    rules: { 'no-restricted-syntax': ['error', POSITIONAL_PARAMETERS, ...PROVIDER_COMPARISONS] },
  },
  {
    // config is where the environment is read; the test server tells Jest's workers by it where it is
    files: ['packages/config/src/environment.ts', 'packages/testing/src/test-server.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    // long tables and long stories are what tests are made of
    files: ['**/*.spec.ts', '**/test/**'],
    rules: { 'max-lines': 'off', 'no-restricted-syntax': 'off' },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'URL',
          'Buffer',
          'WebAssembly',
          'setTimeout',
          'setInterval',
          'clearInterval',
          'performance',
          'fetch',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { sourceType: 'commonjs', globals: { module: 'writable', require: 'readonly' } },
  },
);
