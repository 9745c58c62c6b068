export { schemaErrors } from '@tollgate/testing/openai-schemas';
