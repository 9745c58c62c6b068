export * from '@tollgate/testing/signature-v4';
