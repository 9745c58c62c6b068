import { useEffect, useState } from 'react';

const MINUTE_MS = 60_000;

/** The instant at which the current minute began: what is relative to now stays true on a page that is left open. */
export function useMinute(): number {
  const [minute, setMinute] = useState(currentMinute);
  useEffect(() => {
    const timer = setInterval(() => setMinute(currentMinute()), MINUTE_MS / 4);
    return () => clearInterval(timer);
  }, []);
  return minute;
}

const currentMinute = (): number => Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
