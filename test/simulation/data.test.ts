/** Secrets and configs in the containers of a service: as read-only mounts, expanded where they are templates. */
import { beforeAll, expect, it } from "vitest";
import { type HostCluster, hostCluster } from "../support/host";

let cluster: HostCluster;
beforeAll(async () => {
  cluster = await hostCluster();
  await cluster.run("docker swarm init");
});

/** Runs a line of shell in the one container of a service. */
const within = (service: string, line: string) =>
  cluster.exec(`docker exec $(docker ps -q -f label=com.docker.swarm.service.name=${service}) sh -c '${line}'`);

it("are read-only mounts in memory, with the owner and mode that were asked for", async () => {
  await cluster.run("printf s3cret | docker secret create pw - && printf conf | docker config create cf -");
  await cluster.run(
    "docker service create -d --name plain --secret source=pw,target=/deep/er/pw,mode=0400,uid=5 --config cf --mount type=tmpfs,target=/t,tmpfs-size=1048576,tmpfs-mode=1770 --mount type=volume,source=vol,target=/data,readonly busybox sleep 1000",
  );
  await cluster.advance(20_000);
  expect(
    (await within("plain", 'cat /deep/er/pw /cf; ls -l /deep/er/pw; grep -E " /(cf|deep|t|data)" /proc/mounts')).stdout,
  ).toMatch(
    /^s3cretconf-r-------- +1 5 +\S+ +6 .* \/deep\/er\/pw\ntmpfs \/t tmpfs rw,nosuid,nodev,noexec,relatime,size=1024k,mode=1770 0 0\n\S+ \/data ext4 ro,.* 0 0\ntmpfs \/deep\/er\/pw tmpfs ro,relatime 0 0\ntmpfs \/cf tmpfs ro,relatime 0 0\n$/,
  );
  expect((await within("plain", "echo x > /cf")).stderr).toContain("Read-only file system");
  const id = (await cluster.run("docker ps -q -f label=com.docker.swarm.service.name=plain")).trim();
  expect(await cluster.run(`docker diff ${id} | sort`)).toBe(
    "A /cf\nA /data\nA /deep\nA /deep/er\nA /deep/er/pw\nA /t\n",
  );
  expect(await cluster.run(`docker inspect ${id} -f '{{range .Mounts}}{{.Destination}} {{end}}'`)).not.toContain("/cf");
});

it("are expanded where their driver is golang, and fail the task where that cannot be", async () => {
  await cluster.put(
    "/root/page.tpl",
    '{{.Service.Name}}/{{.Task.Slot}} {{ env "MODE" }}{{env "NONE"}} {{secret "key"}} {{index .Service.Labels "a"}}\n',
  );
  await cluster.run("printf '{{.Task.Slot}}' | docker secret create key -");
  await cluster.run("docker config create --template-driver golang page page.tpl");
  await cluster.run(
    "docker service create -d --name told --label a=b --env MODE=dark --secret key --config page busybox sleep 1000",
  );
  await cluster.run("printf '{{.Service.Nosuch}}' | docker config create --template-driver golang broken -");
  const broken = (await cluster.run("docker config inspect broken -f '{{.ID}}'")).trim();
  await cluster.run("docker service create -d --name sad --restart-condition none --config broken busybox sleep 1000");
  await cluster.advance(20_000);
  expect((await within("told", "cat /page")).stdout).toBe("told/1 dark {{.Task.Slot}} b\n");
  expect(await cluster.run("docker service ps sad --no-trunc --format '{{.CurrentState}} {{.Error}}'")).toMatch(
    new RegExp(
      `^Failed .* "starting container failed: unable to get config from config store: failed to expand templated config ${broken}: template: expansion:1:10: executing "expansion" at <.Service.Nosuch>: can't evaluate field Nosuch in type struct \\{ ID string; Name string; Labels map\\[string\\]string \\}"\n$`,
    ),
  );
});

it.each([
  [
    "--env 'X={{.Service.Labels.zz}}'",
    'expanding env failed: expanding env "X={{.Service.Labels.zz}}": template: expansion:1:10: executing "expansion" at <.Service.Labels.zz>: map has no entry for key "zz"',
  ],
  [
    "--env 'X={{ .Service.Name'",
    'expanding env failed: expanding env "X={{ .Service.Name": template: expansion:1: unclosed action',
  ],
  [
    "--env 'X={{ foo bar }}'",
    'expanding env failed: expanding env "X={{ foo bar }}": template: expansion:1: function "foo" not defined',
  ],
  [
    "--mount 'type=volume,source=a,target=/x{{.Bad}}'",
    'expanding mounts failed: expanding mount target "/x{{.Bad}}": template: expansion:1:4: executing "expansion" at <.Bad>: can\'t evaluate field Bad in type *template.Context',
  ],
])("a service with %s is refused", async (option, refusal) => {
  expect((await cluster.exec(`docker service create -d ${option} busybox true`)).stderr).toBe(
    `Error response from daemon: rpc error: code = InvalidArgument desc = ${refusal}\n`,
  );
});

it("a body that does not say it is JSON is refused, as is an update of a volume that the swarm does not have", async () => {
  const ask = async (method: string, path: string, headers: Record<string, string>, body = "{}") => {
    const answer = await cluster.fetch(`/c/test${path}`, { method, headers, body });
    return [answer.status, ((await answer.json()) as { message: string }).message];
  };
  const plain = { "Content-Type": "text/plain" };
  const json = { "Content-Type": "application/json" };
  expect(await ask("POST", "/services/create", plain)).toEqual([
    400,
    "unsupported Content-Type header (text/plain): must be 'application/json'",
  ]);
  expect(await ask("PUT", "/volumes/none", json)).toEqual([
    400,
    "invalid swarm object version '': strconv.ParseUint: parsing \"\": invalid syntax",
  ]);
  expect(await ask("PUT", "/volumes/none?version=1", json)).toEqual([404, "volume none not found"]);
  expect((await cluster.exec("docker volume rm none")).stderr).toBe(
    "Error response from daemon: volume none not found\n",
  );
});
