export * from '@tollgate/testing/event-stream-frames';
