/**
 * Loaded into every child before its own code: when the launcher is gone, even by kill -9, the child is asked to end as
 * the launcher would have asked it. Otherwise it would go on without a database and hold the port.
 */
process.once('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
});
// listening must not keep a child alive that has nothing left to do
process.channel?.unref();
