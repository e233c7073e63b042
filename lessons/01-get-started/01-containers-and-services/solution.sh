# Does the lesson, step by step. Each part makes its step done; the files are those of files/, put into the home directory.
# step: files
cat > Dockerfile <<'END'
# User an official Python runtime as a parent name
FROM python:2.7-slim

# Set the working directory to /app
WORKDIR /app

# Copy the current directory contents into the container at /app
COPY . /app

# Install any needed packages specified in requirements.txt
RUN pip install --trusted-host pypi.python.org -r requirements.txt

# Make port 80 available to the world outside this container
EXPOSE 80

# Define environment variable
ENV NAME World

# Run app.py when the container launches
CMD ["python", "app.py"]
END
printf 'Flask\nRedis\n' > requirements.txt
cat > app.py <<'END'
import os
import socket

from flask import Flask
from redis import Redis, RedisError

redis = Redis(host="redis", db=0, socket_connect_timeout=2, socket_timeout=2)

app = Flask(__name__)


@app.route("/")
def hello():
    try:
        visits = redis.incr("counter")
    except RedisError:
        visits = "cannot connect to Redis, counter disabled"

    text = "Hello {name}!\nHostname: {hostname}\nVisits: {visits}\n".format(
        name=os.getenv("NAME", "world"),
        hostname=socket.gethostname(),
        visits=visits,
    )
    return text, 200, {"Content-Type": "text/plain"}


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=80)
END

# step: build
docker build -t friendlyhello .

# step: run
docker run -d --name hello -p 4000:80 friendlyhello
curl -4 http://localhost:4000

# step: stop
docker container stop hello

# step: push
echo open-sesame | docker login -u student --password-stdin
docker tag friendlyhello student/get-started:part2
docker push student/get-started:part2

# step: run-pushed
docker run -d --name again -p 4000:80 student/get-started:part2
curl -4 http://localhost:4000
docker container stop again

# step: compose
cat > docker-compose.yml <<'END'
version: "3"
services:
  web:
    image: student/get-started:part2   # 替换成自己的映像文件名
    deploy:
      replicas: 5
      resources:
        limits:
          cpus: "0.1"
          memory: 50M
      restart_policy:
        condition: on-failure
    ports:
      - "4000:80"
    networks:
      - webnet
networks:
  webnet:
END

# step: deploy
docker swarm init
docker stack deploy --detach=false -c docker-compose.yml getstartedlab

# step: balance
for i in 1 2 3 4 5; do curl -s -4 http://localhost:4000; done

# step: scale
sed -i 's/replicas: 5/replicas: 7/' docker-compose.yml
docker stack deploy --detach=false -c docker-compose.yml getstartedlab

# step: update
sed -i 's/Hello {name}!/Hello again, {name}!/' app.py
docker build -t student/get-started:part3 .
docker push student/get-started:part3
sed -i 's/get-started:part2/get-started:part3/' docker-compose.yml
docker stack deploy --detach=false -c docker-compose.yml getstartedlab
curl -s -4 http://localhost:4000

# step: remove
docker stack rm getstartedlab

# step: leave
docker swarm leave --force
