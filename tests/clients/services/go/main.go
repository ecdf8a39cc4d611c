// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// A small shop on net/http that uses the console's client: what the tests ask of every language's client.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"math"
	"math/rand"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"shop/escaliteconsole"
)

type fields = escaliteconsole.Fields

var (
	released = make(chan struct{})
	once     sync.Once
)

func handle(w http.ResponseWriter, r *http.Request) {
	session := escaliteconsole.FromContext(r.Context())
	name, rest, _ := strings.Cut(strings.Trim(r.URL.Path, "/"), "/")
	switch name {
	case "fine":
		session.Log("number", rest, fields{})
		call := session.StartCall("stock", fields{Message: "looking", URL: "http://stock/items?token=abc"})
		time.Sleep(time.Duration(rand.Intn(10)) * time.Millisecond)
		call.Finish(fields{Message: "there", Code: 200})
		session.Log("number_again", rest, fields{Tag: "api_logs", Extras: map[string]any{"password": "hunter2"}})
		fmt.Fprintf(w, "fine %s\n", rest)
	case "slow":
		call := session.StartCall("stock", fields{})
		time.Sleep(300 * time.Millisecond)
		call.Finish(fields{})
		fmt.Fprintln(w, "slow")
	case "upstream":
		first := session.StartCall("payment", fields{Message: "charging", URL: "https://pay.example/v1/charges"})
		first.Finish(fields{Message: "no answer", Level: "error", Code: 504})
		second := session.StartCall("payment", fields{Message: "charging again"})
		second.Finish(fields{Message: "no answer either", Level: "error", Code: 504})
		w.WriteHeader(http.StatusBadGateway)
		fmt.Fprintln(w, "the bank does not answer")
	case "throw":
		panic("the basket is torn")
	case "stream":
		for part := 0; part < 3; part++ {
			session.Log(fmt.Sprint("part_", part), part, fields{})
			time.Sleep(50 * time.Millisecond)
			fmt.Fprintln(w, "part", part)
			w.(http.Flusher).Flush()
		}
	case "hold":
		call := session.StartCall("stock", fields{Message: "asking"})
		<-released
		call.Finish(fields{})
		fmt.Fprintln(w, "released")
	case "release":
		once.Do(func() { close(released) })
		fmt.Fprintln(w, "ok")
	case "odd":
		knot := map[string]any{"nan": math.NaN(), "channel": (chan int)(nil)}
		session.Log("odd", knot, fields{Tag: "a custom one"})
		session.Log("large", map[string]any{"n": uint64(math.MaxUint64), "nul": "a\x00b", "bytes": "\xff"}, fields{})
		session.Log("log_level", "an entry", fields{Tag: "api_logs"})
		session.Log("long", strings.Repeat("x", 100000), fields{Extras: map[string]any{"many": make([]int, 5000)}})
		session.Log("alert_id", nil, fields{Level: "loud", Message: "no level"})
		fmt.Fprintln(w, "odd")
	case "late":
		time.AfterFunc(100*time.Millisecond, func() { session.Log("late", 1, fields{}) })
		fmt.Fprintln(w, "late")
	case "many":
		for number := 0; number < 1500; number++ {
			session.Log(fmt.Sprint("entry ", number), strings.Repeat("x", 1000), fields{})
		}
		fmt.Fprintln(w, "many")
	default:
		http.NotFound(w, r)
	}
}

func main() {
	log.SetOutput(io.Discard)
	queued, _ := strconv.Atoi(os.Getenv("SHOP_MAX_QUEUED"))
	heartbeat, _ := strconv.ParseFloat(os.Getenv("SHOP_HEARTBEAT"), 64)
	sink := escaliteconsole.New(escaliteconsole.Options{MaxQueued: queued, FirstRetry: 50 * time.Millisecond,
		LastRetry: 200 * time.Millisecond, Delay: 20 * time.Millisecond, Heartbeat: time.Duration(math.Max(heartbeat, 0.2) * float64(time.Second))})
	defer sink.Close()

	quit := make(chan struct{})
	mux := http.NewServeMux()
	mux.Handle("/", sink.Middleware(http.HandlerFunc(handle)))
	mux.HandleFunc("/counts", func(w http.ResponseWriter, _ *http.Request) {
		accepted, discarded := sink.Counts()
		_ = json.NewEncoder(w).Encode(map[string]any{"accepted": accepted, "discarded": discarded})
	})
	mux.HandleFunc("/quit", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, "bye")
		time.AfterFunc(10*time.Millisecond, func() { close(quit) })
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		os.Exit(1)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	go func() { _ = http.Serve(listener, mux) }()
	<-quit
}
