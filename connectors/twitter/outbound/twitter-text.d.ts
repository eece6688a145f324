/** Parts of `twitter-text`. Its types describe the root only, which weighs twice as much in a bundle. */
declare module 'twitter-text/dist/parseTweet.js' {
  import { parseTweet } from 'twitter-text';

  export = parseTweet;
}

declare module 'twitter-text/dist/extractUrlsWithIndices.js' {
  import { extractUrlsWithIndices } from 'twitter-text';

  export = extractUrlsWithIndices;
}

declare module 'twitter-text/dist/extractCashtags.js' {
  import { extractCashtags } from 'twitter-text';

  export = extractCashtags;
}
