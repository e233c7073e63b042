/** What `docker search` tells of repositories besides their names: one-line descriptions and stars, as Docker Hub shows them. */

const KNOWN: Readonly<Record<string, readonly [description: string, stars: number]>> = {
  alpine: ["A minimal Docker image based on Alpine Linux with a complete package index and only 5 MB in size!", 11_400],
  busybox: ["Busybox base image.", 3300],
  debian: ["Debian is a Linux distribution that's composed entirely of free and open-source software.", 5200],
  "hello-world": ["Hello World! (an example of minimal Dockerization)", 2400],
  nginx: ["Official build of Nginx.", 21_000],
  node: ["Node.js is a JavaScript-based platform for server-side and networking applications.", 13_900],
  python: ["Python is an interpreted, interactive, object-oriented, open-source programming language.", 10_200],
  redis: ["Redis is the world's fastest data platform for caching, vector search, and NoSQL databases.", 13_400],
  ubuntu: ["Ubuntu is a Debian-based Linux operating system based on free software.", 17_600],
};

/** The description and stars of a repository; others have neither. */
export function hubFacts(repository: string): { readonly description: string; readonly stars: number } {
  const [description = "", stars = 0] = KNOWN[repository] ?? [];
  return { description, stars };
}
