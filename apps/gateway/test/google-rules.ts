import { createHmac } from 'node:crypto';

import { listOf, Refusal, unknownName } from './fake-vendor.js';

type Json = Readonly<Record<string, unknown>>;

const REQUEST =
  'contents tools toolConfig safetySettings systemInstruction generationConfig cachedContent serviceTier'.split(' ');
const CONFIG = (
  'stopSequences responseMimeType responseSchema responseJsonSchema responseModalities candidateCount maxOutputTokens ' +
  'temperature topP topK seed presencePenalty frequencyPenalty responseLogprobs logprobs speechConfig thinkingConfig ' +
  'imageConfig mediaResolution enableEnhancedCivicAnswers'
).split(' ');
const DATA = ['text', 'inlineData', 'fileData', 'functionCall', 'functionResponse', 'executableCode'];
const PART = [...DATA, 'thought', 'thoughtSignature', 'partMetadata', 'videoMetadata', 'mediaResolution'];
const FUNCTION = ['name', 'description', 'parameters', 'parametersJsonSchema', 'response', 'responseJsonSchema'];
const NO_PROOF = 'skip_thought_signature_validator';

/** The proof that the stand-in thought before a part. */
export function proofOf(thought: string): string {
  return createHmac('sha256', 'google stand-in').update(thought).digest('base64');
}

export interface Content {
  readonly role?: string;
  readonly parts: readonly Json[];
}

/** What Google's API would say against a request. @throws {Refusal} */
export function checkGoogle(body: Json, model: string): void {
  refuseUnknown(body, REQUEST, '');
  const contents = listOf(body['contents']) as readonly unknown[] as readonly Content[];
  if (contents.length === 0) throw invalid('contents is not specified');
  const config = (body['generationConfig'] ?? {}) as Json;
  checkConfig(config, model);
  checkTools((body['tools'] ?? []) as readonly Json[], body['toolConfig'] as Json | undefined);
  const system = body['systemInstruction'] as Content | undefined;
  if (system?.parts.some((part) => typeof part['text'] !== 'string') === true)
    throw invalid('System instruction must be text.');
  checkContents(contents, model);
}

function invalid(message: string): Refusal {
  return new Refusal(400, message);
}

function refuseUnknown(object: Json, known: readonly string[], at: string): void {
  const name = unknownName(object, known);
  if (name !== undefined)
    throw invalid(
      `Invalid JSON payload received. Unknown name "${name}"${at === '' ? '' : ` at '${at}'`}: Cannot find field.`,
    );
}

function checkConfig(config: Json, model: string): void {
  for (const name of ['temperature', 'topP', 'topK', 'maxOutputTokens', 'seed'])
    if (config[name] !== undefined && typeof config[name] !== 'number')
      throw invalid(`Invalid value at 'generation_config.${name}' (TYPE_FLOAT)`);
  refuseUnknown(config, CONFIG, 'generation_config');
  const { responseMimeType: type, responseSchema, responseJsonSchema, thinkingConfig, maxOutputTokens } = config;
  if ((responseSchema ?? responseJsonSchema) !== undefined && type !== 'application/json')
    throw invalid('A response schema needs the response mime type application/json.');
  if (responseSchema !== undefined && responseJsonSchema !== undefined) throw invalid('Only one schema can be set.');
  if (maxOutputTokens !== undefined && !(Number(maxOutputTokens) > 0))
    throw invalid('max_output_tokens must be positive.');
  if (thinkingConfig === undefined) return;
  const thinking = thinkingConfig as Json;
  refuseUnknown(thinking, ['includeThoughts', 'thinkingBudget', 'thinkingLevel'], 'generation_config.thinking_config');
  if (thinking['thinkingBudget'] !== undefined && thinking['thinkingLevel'] !== undefined)
    throw invalid('You can only set only one of thinking budget and thinking level.');
  if (thinking['thinkingLevel'] !== undefined && !model.startsWith('gemini-3'))
    throw invalid('Thinking level is not supported for this model.');
  const level = thinking['thinkingLevel'];
  if (level !== undefined && !/^(MINIMAL|LOW|MEDIUM|HIGH)$/i.test(level as string))
    throw invalid('Invalid thinking level.');
}

function checkTools(tools: readonly Json[], toolConfig: Json | undefined): void {
  const names = new Set<unknown>();
  for (const [i, tool] of tools.entries()) {
    refuseUnknown(tool, ['functionDeclarations', 'googleSearch', 'codeExecution', 'urlContext'], `tools[${i}]`);
    for (const declaration of (tool['functionDeclarations'] ?? []) as readonly Json[]) {
      refuseUnknown(declaration, FUNCTION, `tools[${i}].function_declarations`);
      if (!/^[a-zA-Z_][\w.:-]{0,127}$/.test(String(declaration['name']))) throw invalid('Invalid function name.');
      if (declaration['parameters'] !== undefined && declaration['parametersJsonSchema'] !== undefined)
        throw invalid('Only one of parameters and parameters_json_schema can be set.');
      names.add(declaration['name']);
    }
  }
  const calling = toolConfig?.['functionCallingConfig'] as Json | undefined;
  if (calling === undefined) return;
  if (!/^(AUTO|ANY|NONE|VALIDATED)$/.test(String(calling['mode']))) throw invalid('Invalid function calling mode.');
  for (const name of (calling['allowedFunctionNames'] ?? []) as readonly unknown[])
    if (!names.has(name)) throw invalid(`allowed_function_names: ${String(name)} is not declared.`);
}

function checkContents(contents: readonly Content[], model: string): void {
  const lastUser = contents.findLastIndex(
    ({ role, parts }) => role !== 'model' && parts.some((part) => part['functionResponse'] === undefined),
  );
  for (const [i, { role, parts }] of contents.entries()) {
    if (role !== undefined && role !== 'user' && role !== 'model')
      throw invalid(`Please use a valid role: user, model. (contents[${i}])`);
    if (listOf(parts).length === 0) throw invalid(`contents[${i}].parts must not be empty.`);
    for (const part of parts) checkPart(part, `contents[${i}].parts`);
    const calls = parts.filter((part) => part['functionCall'] !== undefined);
    if (calls.length > 0) {
      if (role !== 'model') throw invalid('Function calls can only stand in the turn of the model.');
      if (i > lastUser && model.startsWith('gemini-3') && calls[0]?.['thoughtSignature'] === undefined)
        throw invalid('Function call is missing a thought_signature in functionCall parts.');
      checkResponses(calls, contents[i + 1]);
    }
  }
}

function checkResponses(calls: readonly Json[], next: Content | undefined): void {
  const responses = (next?.parts ?? []).filter((part) => part['functionResponse'] !== undefined);
  if (responses.length !== calls.length)
    throw invalid(
      'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.',
    );
  const names = (parts: readonly Json[], kind: string): string =>
    parts
      .map((part) => String((part[kind] as Json)['name']))
      .sort()
      .join();
  if (names(calls, 'functionCall') !== names(responses, 'functionResponse'))
    throw invalid('Function responses must have the names of the calls.');
}

function checkPart(part: Json, at: string): void {
  refuseUnknown(part, PART, at);
  if (DATA.filter((name) => part[name] !== undefined).length > 1) throw invalid(`${at}: a part has one kind of data.`);
  const signature = part['thoughtSignature'];
  // the stand-in knows its own proofs by their length and alphabet; what they are of, by what it signed
  if (
    signature !== undefined &&
    signature !== NO_PROOF &&
    signature !== proofOf('Tools know more.') &&
    signature !== proofOf('That is easy.') &&
    signature !== proofOf('The tools have answered.')
  )
    throw invalid('Thought signature is not valid.');
  const response = part['functionResponse'] as Json | undefined;
  if (response !== undefined) {
    refuseUnknown(response, ['id', 'name', 'response', 'parts', 'willContinue', 'scheduling'], at);
    if (typeof response['response'] !== 'object' || Array.isArray(response['response']))
      throw invalid(`${at}: response must be an object.`);
  }
  const call = part['functionCall'] as Json | undefined;
  if (call !== undefined) refuseUnknown(call, ['id', 'name', 'args'], at);
  const inline = part['inlineData'] as Json | undefined;
  if (inline !== undefined && !/^(image|audio|video|application|text)\/[\w.+-]+/.test(String(inline['mimeType'])))
    throw invalid(`${at}: unsupported mime type.`);
}
