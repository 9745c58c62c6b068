import { useEffect, useLayoutEffect, useRef } from 'react';

/** Nearer to the end of the page than this, somebody is reading what comes. */
const NEAR_PX = 160;

/** Keeps the end of the page in sight while it grows, for whoever was looking at it. */
export function useFollow(growing: unknown): void {
  const isAtEnd = useRef(false);
  useEffect(() => {
    const note = (): void => {
      const { scrollHeight } = document.documentElement;
      isAtEnd.current = window.innerHeight + window.scrollY >= scrollHeight - NEAR_PX;
    };
    note();
    window.addEventListener('scroll', note, { passive: true });
    return () => window.removeEventListener('scroll', note);
  }, []);
  useLayoutEffect(() => {
    if (isAtEnd.current) window.scrollTo({ top: document.documentElement.scrollHeight });
  }, [growing]);
}
