/** Names for containers that were given none: an adjective and the surname of somebody who made computing, as Docker's. */
import type { Random } from "./random";

const ADJECTIVES =
  "amber ample arctic astute balmy bold brave breezy bright brisk busy calm candid careful cheerful clear clever cosy crisp curious daring deft earnest eager easy elegant fair famous fearless festive fluent fond frank fresh friendly gentle gifted glad golden graceful grand handy happy hardy hearty honest hopeful humble jolly jovial keen kind lively loyal lucid lucky mellow merry mighty modest neat nimble noble patient placid playful plucky polite proud quick quiet ready robust serene sharp silent silver sincere sleek smart snappy social solid spry steady stellar sturdy subtle sunny swift tender tidy tranquil trusty upbeat valiant vivid warm watchful wise witty young zealous".split(
    " ",
  );

const SURNAMES =
  "aho allen amdahl antonelli bachman backus bartik bayer berners boole boehm booth brooks burks cerf chomsky church clarke codd conway cook corbato cray dahl diffie dijkstra easley eckert engelbart estrin euler feigenbaum floyd gray gosling hamilton hamming hellman hoare holberton hollerith hopper huffman huskey iverson jennings johnson joy kahan kahn karp kay kernighan kilby kleinrock knuth lamport lampson leibniz lerdorf licklider liskov lovelace matsumoto mauchly mccarthy mcilroy metcalfe meyer milner minsky moore napier naur newell noyce nygaard pascal perlis perlman postel rabin ritchie rivest roberts rossum shamir shannon simon snyder stallman strachey stroustrup sussman sutherland tarjan tanenbaum thompson torvalds turing ulam ullman wall weizenbaum wilkes wilkinson wing wirth yao zuse".split(
    " ",
  );

/** `adjective_surname`; from the second attempt on with a digit, as moby does after a collision. */
export function randomName(random: Random, attempt: number): string {
  const name = `${random.pick(ADJECTIVES)}_${random.pick(SURNAMES)}`;
  return attempt === 0 ? name : `${name}${random.below(10)}`;
}
