import { playShard } from "./shard";

playShard(3);
