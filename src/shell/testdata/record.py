"""Records what the bash of this machine prints for every script: python3 record.py (writes bash.json)."""
import json, os, subprocess, tempfile

SCRIPTS = r'''
echo hello world
echo "a  b" 'c  d' e\ f
x=5; echo $x ${x} "${x}y"
echo $((1 + 2 * 3)) $((7 / 2)) $((2 ** 10)) $((1 ? 2 : 3))
for i in 1 2 3; do echo $i; done
for ((i=0; i<3; i++)); do echo $i; done
i=0; while [ $i -lt 3 ]; do i=$((i+1)); [ $i = 2 ] && continue; echo $i; done
until false; do echo once; break; done
if [ 1 = 2 ]; then echo a; elif [ 1 = 1 ]; then echo b; else echo c; fi
case abc in a*) echo yes;; *) echo no;; esac
case x in a|x) echo hit ;& y) echo fall ;; z) echo no ;; esac
f() { local a=1; echo $1 $a; return 3; }; f hi; echo $?
a=(1 2 "3 4"); echo ${#a[@]} "${a[2]}" ${a[@]}; a+=(5); echo ${a[-1]} ${!a[@]}
declare -A m; m[k]=v; m[j]=w; echo ${m[k]} ${#m[@]}
x=hello.tar.gz; echo ${x%.*} ${x%%.*} ${x#*.} ${x##*.} ${x/l/L} ${x//l/L} ${x:1:3} ${x: -2} ${#x} ${x^} ${x^^}
echo ${y:-def} ${y:=set} $y ${y:+alt}
echo {a,b}{1,2} {1..5} {01..03} {a..e..2} pre{x,y}post
set -- a "b c" d; echo $# "$@"; for w in "$@"; do echo "<$w>"; done; shift; echo $1; echo "$*"
echo $(echo sub $(echo nested)) `echo back`
nosuch
nosuch; echo $?
cd /nonexistent
echo a | cat | cat
false | true; echo $? ${PIPESTATUS[@]}
set -o pipefail; false | true; echo $?
set -e; false; echo no
set -e; if false; then :; fi; false || echo ok; echo end
set -u; echo $undefined; echo no
set -x; echo hi 'a b'; x=1
(exit 3); echo $?
{ echo a; echo b; } | cat
x=1; (x=2; echo $x); echo $x
! true; echo $?
true && echo a || echo b; false && echo a || echo b
trap 'echo bye' EXIT; echo hi
echo hi >&2
echo out; echo err >&2; nosuch 2>/dev/null; echo $?
echo one > /tmp/slipway-t; echo two >> /tmp/slipway-t; cat < /tmp/slipway-t
cat /dev/null < /nonexistent/x
read a b <<< "1 2 3"; echo "$a|$b"
printf '%s-%d\n' a 1 b 2; printf '%05.1f|%-5s|%x\n' 3.14159 ab 255
[[ abc == a* && 3 -gt 2 ]] && echo yes; [[ foo123 =~ ^([a-z]+)([0-9]+)$ ]] && echo ${BASH_REMATCH[1]} ${BASH_REMATCH[2]}
if then
fi
echo "unclosed
echo a; )
for do
while getopts "ab:" o -a -b val; do echo $o $OPTARG; done
IFS=,; x="a,b,,c"; for i in $x; do echo "<$i>"; done
x="  a  b  "; echo $x; echo "$x"
eval 'x=3; echo $x'; command echo hi; type cd; type -t if
x=5; ((x++)); ((x+=2)); echo $x; let y=x*2; echo $y
readonly r=1; r=2; echo no
test -d /tmp && echo dir; [ -z "" ] && echo empty; [ a = ]; echo $?
export A=b; echo ${A@Q}; unset A; echo "[$A]"
f() { for i in 1 2 3; do [ $i = 2 ] && return 7; echo $i; done; }; f; echo $?
for i in 1 2; do for j in a b; do [ $j = b ] && continue 2; echo $i$j; done; done
echo $((1/0)); echo after
exit 42
sleep_() { echo bg; }; sleep_ & wait; echo done
echo "$(printf 'a\n\n\n')|"
x=$(false); echo $?; y=`exit 4`; echo $?
echo -e 'a\tb\nc' -n; echo -n x; echo
mapfile -t l <<< $'a\nb'; echo ${#l[@]} ${l[1]}
echo $'it\'s' "\$x" '$x' \$x
[ 1 -eq a ]; echo $?
'''.strip().split("\n")

MULTI = [
    "cat <<EOF\nx $((1+1)) `echo y`\nEOF\necho after",
    "cat <<'EOF'\n$x `y`\nEOF",
    "cat <<-EOF\n\ttabbed\n\tEOF",
    "if true\nthen\n  echo a # comment\nfi\nnosuch\necho $LINENO",
    "f()\n{\n  echo \"in f: $*\"\n}\nf 1 2 |\n  cat",
    "case $1 in\n  '') echo none ;;\n  *) echo some\nesac",
]

def run(script):
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, cwd=tempfile.gettempdir(), env={"PATH": "/usr/bin:/bin", "HOME": "/root"}, stdin=subprocess.DEVNULL)
    return {"script": script, "stdout": done.stdout, "stderr": done.stderr, "status": done.returncode}

rows = [run(s) for s in SCRIPTS + MULTI]
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "bash.json"), "w") as f:
    json.dump(rows, f, indent=1, ensure_ascii=False)
    f.write("\n")
