import { isRecord } from '../../json.js';
import { chatVendor } from '../openai-compatible/chat-vendor.js';
import { readListedModels } from '../read-listed-models.js';
import { bedrockTargetModel } from './target-model.js';

const modelPath = (model: string): string => `/model/${encodeURIComponent(model)}`;

/** Source: docs.aws.amazon.com/bedrock/latest/APIReference, Converse, ConverseStream and ListFoundationModels. */
export const awsBedrock = chatVendor({
  id: 'aws-bedrock',
  displayName: 'AWS Bedrock',
  documentationUrl: 'https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html',
  credentialUrl: 'https://console.aws.amazon.com/bedrock/home#/api-keys',
  environment: {
    secret: ['AWS_BEARER_TOKEN_BEDROCK'],
    secretParts: {
      accessKeyId: ['AWS_ACCESS_KEY_ID'],
      secretAccessKey: ['AWS_SECRET_ACCESS_KEY'],
      'sessionToken?': ['AWS_SESSION_TOKEN'],
    },
    baseUrlParts: { region: ['AWS_REGION', 'AWS_DEFAULT_REGION'] },
  },
  endpoints: [
    {
      dialect: 'bedrock-converse',
      path: ({ upstreamModel, stream }) => `${modelPath(upstreamModel)}/${stream ? 'converse-stream' : 'converse'}`,
    },
  ],
  baseUrlTemplate: 'https://bedrock-runtime.{region}.amazonaws.com',
  regions: [
    'us-east-1',
    'us-east-2',
    'us-west-2',
    'eu-central-1',
    'eu-west-1',
    'eu-west-3',
    'ap-northeast-1',
    'ap-southeast-1',
    'ap-southeast-2',
    'ap-south-1',
  ],
  authentication: 'aws',
  // the last event of every stream holds it
  forcesUsage: false,
  // the model is not stopped: what it writes on is billed
  billsAfterDisconnect: () => 'continues',
  http2: true,
  connectionTest: {
    method: 'GET',
    path: '/foundation-models',
    // another service, on a host of its own
    address: (baseUrl) => `${baseUrl.replace('//bedrock-runtime', '//bedrock')}/foundation-models`,
    readModels: readListedModels({
      list: 'modelSummaries',
      name: 'modelId',
      // others answer only by the name of an inference profile, or where capacity was bought
      callable: ({ inferenceTypesSupported: types, modelLifecycle: lifecycle }) =>
        (!Array.isArray(types) || types.includes('ON_DEMAND')) &&
        (!isRecord(lifecycle) || lifecycle['status'] !== 'LEGACY'),
    }),
  },
  targetModel: bedrockTargetModel,
});
