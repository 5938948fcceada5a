# Keeps a folder, and with two arguments a PostgreSQL cluster in it, for as long as standard input is open.
# The test process holds the other end, so this tidies up after it however it ends, kill -9 included.
#
# Arguments: the folder of PostgreSQL's programs and a port, or none. The one line written is "done" and the folder, or
# what went wrong.

programs=${1-} port=${2-}
trap '' HUP INT TERM PIPE
umask 077

# In memory where half a gigabyte is free: copying a database's 300 files takes some disks 300 ms.
place() {
    room=$(df -Pk /dev/shm | awk 'NR == 2 { print $4 }')
    for parent in "${TMPDIR:-/dev/shm}" /tmp; do
        [ "$parent" = /dev/shm ] && [ "${room:-0}" -lt 524288 ] && continue
        mktemp -d "$parent/taskbridge-test.XXXXXX" && return
    done
}

folder=$(place) && cd "$folder" || exit

make() {
    "$programs/initdb" -D data -U postgres -A trust -E UTF8 --locale=C --no-sync && settings >>data/postgresql.conf && start
}

settings() {
    cat <<END
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = ''
max_connections = 300
max_wal_size = 64MB
fsync = off
full_page_writes = off
END
}

start() { "$programs/pg_ctl" -D data -l server.log -w -t 30 start || { tail -n 5 server.log; false; }; }
stop() { "$programs/pg_ctl" -D data -m immediate -w -t 10 stop; }

postmaster() { head -n 1 data/postmaster.pid; }
processes() { ps -A -o pid= -o ppid= | awk -v first="$(postmaster)" '$1 == first || $2 == first { print $1 }'; }

answer() {
    if "$@" >log 2>&1 </dev/null; then echo "done $folder"; else tail -n 8 log | tr '\n' ' '; echo; false; fi
}

if [ -z "$programs" ]; then answer true; else answer make; fi && while read -r _; do :; done

if [ -n "$programs" ]; then stop || kill -KILL $(processes); fi
cd / && rm -rf "$folder"
