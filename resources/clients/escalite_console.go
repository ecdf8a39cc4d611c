// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Package escaliteconsole tells Escalite Console what each request of a service did. Go 1.19 or later, nothing else.
//
//	console := escaliteconsole.New(escaliteconsole.Options{})
//	defer console.Close()
//	http.ListenAndServe(":8080", console.Middleware(mux))
//
//	session := escaliteconsole.FromContext(r.Context())                    // below it
//	session.Log("user", 42, escaliteconsole.Fields{})
//	call := session.StartCall("payment", escaliteconsole.Fields{URL: url})
//	call.Finish(escaliteconsole.Fields{Code: 504, Level: "error", Message: "no answer"})
//
// A console on this machine is found by itself; ESCALITE_URL and ESCALITE_TOKEN name another. ESCALITE_SERVICE names the
// service, ESCALITE_LIVE=1 shows requests while they run, ESCALITE_MIN_LEVEL leaves out what is below,
// ESCALITE_DISABLED=1 switches off. Nothing here panics into a request or waits for the console: a goroutine sends, and
// when too much waits, the lowest level is given up first and the console is told.
package escaliteconsole

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"math"
	mathrand "math/rand"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode"
)

// The console takes 1 MiB and 20,000 JSON values a document. Both are kept by one sum: a byte costs 1, a JSON value 50
// more, and an entry or a call, whose own members are many, 1000 more.
const (
	nodeCost     = 50
	entryCost    = 1000
	valueLimit   = 100_000
	sessionLimit = 900_000
	textLimit    = 32 * 1024
	batchCount   = 512
	batchBytes   = 1024 * 1024
	patience     = 10 * time.Second // for one answer
)

var (
	levels = []string{"debug", "info", "warning", "error", "critical"}
	ending = len(levels) // The end of a live session ranks above every level: without it the session stays open.

	secret      = regexp.MustCompile(`(?i)(authorization|cookies?|passwords?|passwd|secrets?|token|api[-_.]?keys?)([^a-z]|$)`)
	secretInURL = regexp.MustCompile(`(?i)([?&;][^=&#]*(?:password|passwd|secret|token|key|signature)=)[^&#]*`)
	loginInURL  = regexp.MustCompile(`://[^/?#@\s]*@`)
	traceparent = regexp.MustCompile(`^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}`)
)

// Redact says what is sent in the place of value. Options take another function of this kind.
func Redact(key string, value any) any {
	if secret.MatchString(key) {
		return "[hidden: " + key + "]"
	}
	return value
}

// Fields are what may be said of an entry or a call beside its key; what is empty changes nothing.
type Fields struct {
	Tag        string // The section of an entry; empty: none.
	Level      string // debug, info (also when empty), warning, error, critical
	Code       any
	Message    string
	URL        string
	ErrorTrace string
	Extras     map[string]any
}

// event is a step of a session, as the console takes it while the session runs.
type event struct {
	Event      string         `json:"event"`
	AlertID    string         `json:"alert_id"`
	At         float64        `json:"at"`
	Source     string         `json:"source,omitempty"`
	Method     string         `json:"method,omitempty"`
	Path       string         `json:"path,omitempty"`
	LogDate    string         `json:"log_date,omitempty"`
	Section    string         `json:"section,omitempty"`
	Key        string         `json:"key,omitempty"`
	Service    string         `json:"service,omitempty"`
	Call       int            `json:"call,omitempty"`
	Value      any            `json:"value,omitempty"`
	Code       any            `json:"code,omitempty"`
	Message    string         `json:"message,omitempty"`
	Level      string         `json:"log_level,omitempty"`
	Extras     map[string]any `json:"extras,omitempty"`
	URL        string         `json:"url,omitempty"`
	ErrorTrace string         `json:"error_trace,omitempty"`
	Force      bool           `json:"force,omitempty"`
	Elapsed    *float64       `json:"time_elapsed,omitempty"`
}

// document is a whole session, as the console takes it.
type document struct {
	Escalite    map[string]int64   `json:"escalite"`
	AlertID     string             `json:"alert_id"`
	Source      string             `json:"source"`
	APILogs     section            `json:"api_logs"`
	ServiceLogs section            `json:"service_logs"`
	ErrorLogs   section            `json:"error_logs"`
	Sections    map[string]section `json:"sections,omitempty"`
	Entries     map[string]*entry  `json:"entries,omitempty"` // Those without a section.
	Level       string             `json:"log_level"`
	Forced      bool               `json:"forced,omitempty"`
	StartTime   float64            `json:"start_time"`
	EndTime     float64            `json:"end_time"`
	LogDate     string             `json:"log_date"`
	Elapsed     float64            `json:"time_elapsed"`
}

type section map[string]*entry

type entry struct {
	Value      any            `json:"value"`
	Code       any            `json:"code"`
	Message    any            `json:"message"`
	Level      string         `json:"log_level"`
	Peak       string         `json:"peak_level,omitempty"`
	LogTime    float64        `json:"log_time"`
	Extras     map[string]any `json:"extras,omitempty"`
	URL        string         `json:"url,omitempty"`
	ErrorTrace string         `json:"error_trace,omitempty"`
	StartTime  *float64       `json:"start_time,omitempty"`
	EndTime    *float64       `json:"end_time,omitempty"`
	Elapsed    *float64       `json:"time_elapsed,omitempty"`
	Calls      []*callRecord  `json:"calls,omitempty"`
	worst      string
}

type callRecord struct {
	Message   any      `json:"message"`
	Code      any      `json:"code"`
	Level     string   `json:"log_level"`
	URL       any      `json:"url"`
	StartTime *float64 `json:"start_time"`
	EndTime   *float64 `json:"end_time"`
	Elapsed   *float64 `json:"time_elapsed"`
}

// MarshalJSON puts the worst level of the entries before them.
func (part section) MarshalJSON() ([]byte, error) {
	all := map[string]any{}
	worst := "info"
	for _, each := range part {
		worst = worse(worst, each.worst)
		all["log_level"] = worst
	}
	for key, each := range part {
		all[key] = each
	}
	return marshal(all)
}

func rankOf(level string) int {
	level = strings.ToLower(level)
	for rank, name := range levels {
		if name == level {
			return rank
		}
	}
	if rank, known := map[string]int{"warn": 2, "fatal": 4}[level]; known {
		return rank
	}
	return 1
}

func worse(one, other string) string {
	if rankOf(one) >= rankOf(other) {
		return one
	}
	return other
}

func seconds(of time.Duration) *float64 {
	rounded := math.Round(of.Seconds()*1e6) / 1e6
	return &rounded
}

func epoch(at time.Time) float64 {
	return float64(at.UnixMicro()) / 1e6
}

func wellFormed(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\x00", "\ufffd")
}

func keyOf(key string) string {
	if len(key) > 240 {
		key = strings.ToValidUTF8(key[:240], "")
	}
	if key == "" {
		return "?"
	}
	return wellFormed(key)
}

func textOf(text string) string {
	if over := len(text) - textLimit; over > 0 {
		return fmt.Sprintf("%s…(truncated %d)", wellFormed(text[:textLimit]), over)
	}
	return wellFormed(text)
}

func marshal(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimRight(out.Bytes(), "\n"), err
}

// clean makes a value fit to be sent: JSON's types alone, finite, bounded, without secrets; and says what it costs.
func clean(value any, hide func(string, any) any) (cleaned any, cost int) {
	left := valueLimit
	var walk func(value any, depth int) any
	walk = func(value any, depth int) any {
		left -= nodeCost
		switch node := value.(type) {
		case nil, bool:
		case string:
			text := textOf(node)
			left -= len(text)
			return text
		case json.Number:
			if _, err := node.Int64(); err != nil && !strings.ContainsAny(node.String(), ".eE") {
				return node.String() // An integer beyond 64 bits.
			}
		case []any:
			for index := range node {
				if depth >= 16 || left <= 0 {
					return append(node[:index:index], fmt.Sprintf("…(truncated %d)", len(node)-index))
				}
				node[index] = walk(node[index], depth+1)
			}
		case map[string]any:
			out := map[string]any{}
			for key, member := range node {
				if depth >= 16 || left <= 0 {
					out["…"] = fmt.Sprintf("(truncated %d)", len(node)-len(out))
					break
				}
				out[keyOf(key)] = walk(hide(key, member), depth+1)
			}
			return out
		default: // What hide has put there.
			return textOf(fmt.Sprint(node))
		}
		return value
	}
	if err, isError := value.(error); isError {
		value = err.Error()
	}
	var tree any
	raw, err := marshal(value)
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err != nil || decoder.Decode(&tree) != nil { // Not finite, a channel, what refers to itself.
		tree = fmt.Sprint(value)
	}
	cleaned = walk(tree, 0)
	return cleaned, valueLimit - left
}

// Session is what one request did. Its methods may be called from any goroutine, also on nil. Live, each step is told as
// it happens, also one that comes after the end; otherwise the whole is sent at the end, and what comes later is counted
// as lost.
type Session struct {
	sink     *Sink
	dropped  atomic.Int64 // Entries, calls and events that are not in it.
	mutex    sync.Mutex
	whole    document
	known    map[[2]string]bool // Its sections and keys.
	calls    map[string]int     // By service, how many.
	cost     int
	started  time.Time
	hasEnded bool
}

// Start begins a session. route: "POST /pay", or any name.
func (sink *Sink) Start(route string) *Session {
	var id [16]byte
	_, _ = rand.Read(id[:])
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	now := time.Now()
	s := &Session{sink: sink, started: now, known: map[[2]string]bool{}, calls: map[string]int{}, whole: document{
		AlertID: fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:]), Source: sink.service,
		APILogs: section{}, ServiceLogs: section{}, ErrorLogs: section{},
		Sections: map[string]section{}, Entries: section{},
		Level: "info", StartTime: epoch(now), LogDate: now.Format("2006-01-02 15:04:05")}}
	method, path, found := strings.Cut(route, " ")
	if !found || !strings.HasPrefix(path, "/") {
		method, path = "", route
	}
	if method = strings.ToUpper(method); sink.options.Live {
		s.tell(event{Event: "session_start", Source: sink.service, Method: textOf(method), Path: textOf(path),
			LogDate: s.whole.LogDate}, "info")
		return s
	}
	for key, value := range map[string]string{"request_method": method, "request_path": path} {
		if value != "" {
			s.Log(key, value, Fields{Tag: "api_logs"})
		}
	}
	return s
}

// Log writes an entry, in a section when Fields.Tag names one. The same key again changes the entry.
func (s *Session) Log(key string, value any, fields Fields) {
	s.record("entry", key, value, fields, 0)
}

// LogError records what went wrong in error_logs.
func (s *Session) LogError(key string, err error) {
	if err != nil {
		s.Log(key, fmt.Sprintf("%T", err), Fields{Tag: "error_logs", Level: "error", Message: err.Error()})
	}
}

// Respond says the HTTP status of the answer: from 500 on an error, from 400 on a warning.
func (s *Session) Respond(status int) {
	level := "info"
	if status >= 500 {
		level = "error"
	} else if status >= 400 {
		level = "warning"
	}
	s.Log("response_status", status, Fields{Tag: "api_logs", Code: status, Level: level})
}

// Traceparent takes the ids of the W3C header of that name.
func (s *Session) Traceparent(header string) {
	if ids := traceparent.FindStringSubmatch(header); ids != nil && !strings.HasPrefix(header, "ff") &&
		strings.Trim(ids[1], "0") != "" && strings.Trim(ids[2], "0") != "" {
		s.Log("trace_id", ids[1], Fields{Tag: "api_logs"})
		s.Log("span_id", ids[2], Fields{Tag: "api_logs"})
	}
}

// SetLevel raises the level of the session; lowers it only by force.
func (s *Session) SetLevel(level string, force bool) {
	if s == nil {
		return
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.hasEnded {
		return
	}
	level = levels[rankOf(level)]
	before := s.whole.Level
	if s.whole.Level = worse(level, before); force {
		s.whole.Level = level
		s.whole.Forced = s.whole.Forced || rankOf(level) < rankOf(before)
	}
	s.tell(event{Event: "level", Level: level, Force: force}, level)
}

// Call is one call of a service.
type Call struct {
	session *Session
	service string
	number  int
}

// StartCall begins a call of service.
func (s *Session) StartCall(service string, fields Fields) *Call {
	fields.Tag = "service_logs"
	return &Call{s, service, s.record("call_start", service, nil, fields, 0)}
}

// Finish ends the call.
func (c *Call) Finish(fields Fields) {
	if c.number > 0 {
		fields.Tag = "service_logs"
		c.session.record("call_stop", c.service, nil, fields, c.number)
	}
}

// End ends the session and hands it over. A second end does nothing.
func (s *Session) End() {
	if s == nil {
		return
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.hasEnded {
		return
	}
	elapsed := seconds(time.Since(s.started))
	s.tell(event{Event: "session_end", Elapsed: elapsed}, s.whole.Level)
	s.hasEnded = true
	if rank := rankOf(s.whole.Level); !s.sink.options.Live && rank >= rankOf(s.sink.options.MinLevel) {
		s.whole.Elapsed, s.whole.EndTime = *elapsed, s.now()
		s.whole.Escalite = map[string]int64{"format": 1}
		if dropped := s.dropped.Load(); dropped > 0 {
			s.whole.Escalite["dropped"] = dropped
		}
		if line, err := marshal(s.whole); err == nil {
			s.sink.put(&item{kind: "session", rank: rank, level: rank, line: line, session: s})
		}
	}
}

// now is the time by the clock at the start, so that no step of the clock reaches a session.
func (s *Session) now() float64 {
	return epoch(s.started.Add(time.Since(s.started)))
}

// record writes an entry, or the beginning or end of a call; it returns the number of the call.
func (s *Session) record(kind, key string, value any, fields Fields, call int) int {
	if s == nil {
		return 0
	}
	defer func() { _ = recover() }() // What a value's own methods do must not become a mistake of the request.
	key, hide, level := keyOf(key), s.sink.options.Redact, levels[rankOf(fields.Level)]
	step := event{Event: kind, Key: key, Call: call, Level: level,
		Message: textOf(fields.Message), ErrorTrace: textOf(fields.ErrorTrace),
		URL: textOf(secretInURL.ReplaceAllString(loginInURL.ReplaceAllString(fields.URL, "://"), "${1}[hidden]"))}
	cost, used := len(step.Message)+len(step.URL)+len(step.ErrorTrace), 0
	if value != nil {
		step.Value, used = clean(hide(key, value), hide)
		cost += used
	}
	if fields.Code != nil {
		step.Code, used = clean(fields.Code, hide)
		cost += used
	}
	if fields.Extras != nil {
		var extras any
		extras, used = clean(fields.Extras, hide)
		step.Extras, _ = extras.(map[string]any)
		cost += used
	}
	if fields.Tag != "" {
		step.Section = keyOf(fields.Tag)
	}

	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.hasEnded && !s.sink.options.Live {
		s.sink.lose("late", rankOf(level))
		return 0
	}
	place := [2]string{step.Section, key}
	if !s.known[place] {
		cost += entryCost
	}
	if kind == "call_start" {
		cost += entryCost
	}
	if s.cost+cost > sessionLimit {
		s.dropped.Add(1)
		return 0
	}
	s.cost += cost
	s.known[place] = true
	if kind == "call_start" {
		s.calls[key]++
		step.Call = s.calls[key]
	}
	s.whole.Level = worse(level, s.whole.Level)
	if !s.sink.options.Live {
		s.keep(step)
		return step.Call
	}
	if call = step.Call; call > 0 {
		step.Section, step.Key, step.Service = "", "", key
	}
	s.tell(step, level)
	return call
}

// keep puts into the document what the console makes of the same event.
func (s *Session) keep(step event) {
	at := s.now()
	part, isUsual := map[string]section{"": s.whole.Entries, "api_logs": s.whole.APILogs,
		"service_logs": s.whole.ServiceLogs, "error_logs": s.whole.ErrorLogs}[step.Section]
	if !isUsual {
		if s.whole.Sections[step.Section] == nil {
			s.whole.Sections[step.Section] = section{}
		}
		part = s.whole.Sections[step.Section]
	}
	into := part[step.Key]
	if into == nil {
		into = &entry{Level: step.Level, worst: step.Level}
		part[step.Key] = into
		if step.Section != "" {
			into.StartTime = &at
		}
	} else if step.Section != "" {
		into.EndTime, into.Elapsed = &at, since(*into.StartTime, at)
	}
	into.LogTime, into.worst = at, worse(step.Level, into.worst)
	for key, extra := range step.Extras {
		if into.Extras == nil {
			into.Extras = map[string]any{}
		}
		if extra != nil || into.Extras[key] == nil {
			into.Extras[key] = extra
		}
	}
	if step.Event == "call_start" {
		into.Calls = append(into.Calls, &callRecord{StartTime: &at})
	}
	if step.Call > 0 {
		call := into.Calls[step.Call-1]
		call.Level = step.Level
		replace(&call.Code, step.Code, step.Code != nil)
		replace[any](&call.Message, step.Message, step.Message != "")
		replace[any](&call.URL, step.URL, step.URL != "")
		if step.Event == "call_stop" {
			call.EndTime, call.Elapsed = &at, since(*call.StartTime, at)
		}
		newest := into.Calls[len(into.Calls)-1]
		into.StartTime, into.EndTime, into.Elapsed = newest.StartTime, newest.EndTime, newest.Elapsed
	}
	if step.Call == 0 || step.Call == len(into.Calls) { // Of its calls, the entry of a service shows the newest.
		into.Level = step.Level
		replace(&into.Value, step.Value, step.Value != nil)
		replace(&into.Code, step.Code, step.Code != nil)
		replace[any](&into.Message, step.Message, step.Message != "")
		replace(&into.URL, step.URL, step.URL != "")
		replace(&into.ErrorTrace, step.ErrorTrace, step.ErrorTrace != "")
	}
	if into.Peak = ""; into.worst != into.Level {
		into.Peak = into.worst
	}
}

func replace[T any](what *T, by T, isGiven bool) {
	if isGiven {
		*what = by
	}
}

func since(start, end float64) *float64 {
	return seconds(time.Duration((end - start) * 1e9))
}

// tell hands a step of a live session over. With the session's mutex held.
func (s *Session) tell(step event, level string) {
	isFrame, rank := step.Event == "session_start" || step.Event == "session_end", rankOf(level)
	if !s.sink.options.Live || !isFrame && rank < rankOf(s.sink.options.MinLevel) {
		return
	}
	step.AlertID, step.At = s.whole.AlertID, s.now()
	each := &item{kind: step.Event, rank: rank, level: rank, session: s}
	if step.Event == "session_end" {
		each.rank = ending
	}
	if line, err := marshal(step); err == nil {
		each.line = line
		s.sink.put(each)
	}
}

type key struct{}

// NewContext is parent with session as the current one.
func NewContext(parent context.Context, session *Session) context.Context {
	return context.WithValue(parent, key{}, session)
}

// FromContext is the session of the current request; nil outside of one, which every method takes.
func FromContext(from context.Context) *Session {
	session, _ := from.Value(key{}).(*Session)
	return session
}

// Middleware does what next does, each request within a session that ends when the handler returns. A panic is recorded
// and goes on.
func (sink *Sink) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		session := sink.Start(r.Method + " " + r.URL.Path)
		session.Traceparent(r.Header.Get("Traceparent"))
		answer := &response{ResponseWriter: w}
		defer func() {
			cause, status := recover(), http.StatusOK
			switch {
			case cause == http.ErrAbortHandler || cause == nil && r.Context().Err() != nil:
				session.Log("interrupted", nil, Fields{Tag: "error_logs", Level: "warning", Message: "the client has gone"})
			case cause != nil: // net/http closes the connection without an answer.
				status = http.StatusInternalServerError
				session.Log("unhandled_exception", fmt.Sprintf("%T", cause), Fields{Tag: "error_logs", Level: "error",
					Message: fmt.Sprint(cause), ErrorTrace: string(debug.Stack())})
			}
			if answer.status != 0 {
				status = answer.status
			}
			session.Respond(status)
			session.End()
			if cause != nil {
				panic(cause)
			}
		}()
		next.ServeHTTP(answer, r.WithContext(NewContext(r.Context(), session)))
	})
}

// response remembers the status that was written.
type response struct {
	http.ResponseWriter
	status int
}

func (r *response) WriteHeader(status int) {
	if r.status == 0 && (status >= 200 || status == http.StatusSwitchingProtocols) {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *response) Flush() {
	if flusher, ok := r.ResponseWriter.(http.Flusher); ok {
		flusher.Flush()
	}
}

func (r *response) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	if hijacker, ok := r.ResponseWriter.(http.Hijacker); ok {
		return hijacker.Hijack()
	}
	return nil, nil, http.ErrNotSupported
}

// Unwrap is for http.ResponseController.
func (r *response) Unwrap() http.ResponseWriter {
	return r.ResponseWriter
}

// Options say what comes from the environment, or is usual, when it is empty.
type Options struct {
	URL, Token, Service   string
	Live, Disabled        bool
	MinLevel              string
	Redact                func(key string, value any) any
	MaxQueued             int           // Sessions (2048), or events when live (16384).
	MaxBytes              int           // Of everything that waits; 8 MiB.
	Delay                 time.Duration // How long the first of a batch waits for others; 1 s, live 50 ms.
	FirstRetry, LastRetry time.Duration // 1 s, doubled with jitter up to 60 s.
	Heartbeat             time.Duration // Live: a sign of life at least this often while a session is open; 5 s.
}

// item is what waits: the document of a session, or an event.
type item struct {
	kind        string // "session", or that of the event
	order       int
	rank, level int // ending, or its level; its level
	line        []byte
	session     *Session
}

// loss is a reason and a level.
type loss [2]string

// Sink is the way to one console: a bounded queue and the goroutine that sends.
type Sink struct {
	options Options
	service string
	name    string

	mutex      sync.Mutex
	queues     [][]*item // by rank
	queued     int
	bytes      int
	handed     int
	settled    int
	accepted   int
	open       int // live sessions
	discarded  map[string]int
	lost       map[loss][2]int // sessions and events that the console has not been told of
	isRunning  bool
	isLeaving  bool
	hasSettled *sync.Cond
	wake       chan struct{} // something waits
	hurry      chan struct{} // and shall not wait for more
	leave      chan struct{}
	over       chan struct{}

	number int // of the last event; the goroutine's own, as isOut is
	isOut  bool
}

func either[T comparable](words ...T) T {
	var none T
	for _, word := range words {
		if word != none {
			return word
		}
	}
	return none
}

// New makes a sink; it starts its goroutine with the first that is handed over.
func New(options Options) *Sink {
	isSet := func(name string) bool {
		word := strings.ToLower(os.Getenv(name))
		return word != "" && word != "0" && word != "false" && word != "no" && word != "off"
	}
	options.Live = options.Live || isSet("ESCALITE_LIVE")
	options.Disabled = options.Disabled || isSet("ESCALITE_DISABLED")
	options.MinLevel = either(options.MinLevel, os.Getenv("ESCALITE_MIN_LEVEL"), "debug")
	options.URL = either(options.URL, os.Getenv("ESCALITE_URL"))
	options.Token = either(options.Token, os.Getenv("ESCALITE_TOKEN"))
	usual, delay := 2048, time.Second
	if options.Live {
		usual, delay = 16384, 50*time.Millisecond
	}
	options.MaxQueued = either(options.MaxQueued, usual)
	options.MaxBytes = either(options.MaxBytes, 8*1024*1024)
	options.Delay = either(options.Delay, delay)
	options.FirstRetry = either(options.FirstRetry, time.Second)
	options.LastRetry = either(options.LastRetry, time.Minute)
	options.Heartbeat = either(options.Heartbeat, 5*time.Second)
	if options.Redact == nil {
		options.Redact = Redact
	}
	service := either(options.Service, os.Getenv("ESCALITE_SERVICE"), os.Getenv("OTEL_SERVICE_NAME"),
		filepath.Base(os.Args[0]))
	service = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, service)
	if len(service) > 120 {
		service = strings.ToValidUTF8(service[:120], "")
	}
	host, _ := os.Hostname()
	sink := &Sink{options: options, service: service, queues: make([][]*item, ending+1), discarded: map[string]int{},
		name: fmt.Sprintf("%s@%s-%d-%04x", service, host, os.Getpid(), time.Now().UnixMicro()&0xffff),
		lost: map[loss][2]int{}, wake: make(chan struct{}, 1), hurry: make(chan struct{}, 1),
		leave: make(chan struct{}), over: make(chan struct{})}
	sink.hasSettled = sync.NewCond(&sink.mutex)
	return sink
}

// Counts are how many sessions and events the console confirmed, and how many were thrown away since the start, by reason.
func (sink *Sink) Counts() (accepted int, discarded map[string]int) {
	sink.mutex.Lock()
	defer sink.mutex.Unlock()
	discarded = map[string]int{}
	for reason, count := range sink.discarded {
		discarded[reason] = count
	}
	return sink.accepted, discarded
}

// Flush waits until what was handed over by now is answered, most at the longest. Whether it is.
func (sink *Sink) Flush(most time.Duration) bool {
	sink.mutex.Lock()
	defer sink.mutex.Unlock()
	handed, end := sink.handed, time.Now().Add(most)
	nudge(sink.hurry)
	defer time.AfterFunc(most, sink.hasSettled.Broadcast).Stop()
	for sink.settled < handed && time.Now().Before(end) {
		sink.hasSettled.Wait()
	}
	return sink.settled >= handed
}

// Close sends what waits, two seconds at most, and ends.
func (sink *Sink) Close() {
	sink.mutex.Lock()
	wasRunning := sink.isRunning && !sink.isLeaving
	sink.isLeaving = true
	sink.mutex.Unlock()
	if wasRunning {
		close(sink.leave)
		select {
		case <-sink.over:
		case <-time.After(2 * time.Second):
		}
	}
}

func nudge(who chan struct{}) {
	select {
	case who <- struct{}{}:
	default:
	}
}

func (sink *Sink) put(each *item) {
	sink.mutex.Lock()
	defer sink.mutex.Unlock()
	if sink.options.Disabled || sink.isLeaving {
		return
	}
	sink.handed++
	each.order = sink.handed
	sink.queues[each.rank] = append(sink.queues[each.rank], each)
	sink.queued++
	sink.bytes += len(each.line)
	sink.open += map[string]int{"session_start": 1, "session_end": -1}[each.kind]
	for rank := 0; sink.queued > sink.options.MaxQueued || sink.bytes > sink.options.MaxBytes; {
		if len(sink.queues[rank]) == 0 {
			rank++
			continue
		}
		sink.settle(sink.pop(rank), "queue_full")
	}
	sink.start()
	if sink.queued >= batchCount || sink.bytes >= batchBytes {
		nudge(sink.hurry)
	}
}

// start wakes the goroutine. Like all that follow up to take, with the mutex held.
func (sink *Sink) start() {
	nudge(sink.wake)
	if !sink.isRunning {
		sink.isRunning = true
		go sink.run()
	}
}

func (sink *Sink) pop(rank int) *item {
	each := sink.queues[rank][0]
	sink.queues[rank][0] = nil
	sink.queues[rank] = sink.queues[rank][1:]
	sink.queued--
	sink.bytes -= len(each.line)
	return each
}

// settle says that the item is with the console, or lost for a reason.
func (sink *Sink) settle(each *item, reason string) {
	sink.settled++
	sink.hasSettled.Broadcast()
	if reason == "" {
		sink.accepted++
		return
	}
	sink.countLost(reason, each.level, each.kind != "session")
	each.session.dropped.Add(1)
}

func (sink *Sink) countLost(reason string, level int, isEvent bool) {
	what := loss{reason, levels[level]}
	counts := sink.lost[what]
	if isEvent {
		counts[1]++
	} else {
		counts[0]++
	}
	sink.lost[what] = counts
	sink.discarded[reason]++
}

// take is the oldest of what waits that make a batch: documents, or events. The events get their numbers, by which the
// console sees what is missing.
func (sink *Sink) take() (batch []*item) {
	for size := 0; sink.queued > 0 && len(batch) < batchCount; {
		oldest := -1
		for rank, queue := range sink.queues {
			if len(queue) > 0 && (oldest < 0 || queue[0].order < sink.queues[oldest][0].order) {
				oldest = rank
			}
		}
		each := sink.queues[oldest][0]
		size += len(each.line)
		if len(batch) > 0 && (size > batchBytes || (each.kind == "session") != (batch[0].kind == "session")) {
			nudge(sink.hurry)
			break
		}
		sink.pop(oldest)
		if each.kind != "session" {
			sink.number++
			dropped := ""
			if each.rank == ending {
				dropped = fmt.Sprintf(`,"dropped":%d`, each.session.dropped.Load())
			}
			open := bytes.TrimSuffix(each.line, []byte("}"))
			each.line = append(open, fmt.Sprintf(`%s,"seq":%d}`, dropped, sink.number)...)
		}
		batch = append(batch, each)
	}
	if sink.queued > 0 {
		nudge(sink.wake)
	}
	return batch
}

// lose counts an entry that nothing can be done with any more, to be told to the console.
func (sink *Sink) lose(reason string, level int) {
	sink.mutex.Lock()
	defer sink.mutex.Unlock()
	sink.countLost(reason, level, true)
	sink.start()
}

func (sink *Sink) run() {
	defer close(sink.over)
	if sink.options.Live { // The promise of a sign of life comes before the first events.
		sink.say(nil, false)
	}
	for isLast := false; !isLast; {
		mustSay := sink.wait()
		sink.mutex.Lock()
		lost := sink.lost
		sink.lost = map[loss][2]int{}
		isLast = sink.isLeaving && sink.queued == 0
		sink.mutex.Unlock()
		if len(lost) > 0 || mustSay || isLast && sink.options.Live {
			sink.say(lost, isLast)
		}
		sink.mutex.Lock()
		batch := sink.take()
		sink.mutex.Unlock()
		if len(batch) > 0 {
			sink.send(batch)
		}
	}
}

// wait returns when there is something to send; or to say, which it is when a live client has not told of itself for long.
func (sink *Sink) wait() (mustSay bool) {
	sink.mutex.Lock()
	mustShowLife, delay := sink.options.Live && sink.open > 0, sink.options.Delay
	sink.mutex.Unlock()
	var heartbeat <-chan time.Time
	if mustShowLife {
		timer := time.NewTimer(sink.options.Heartbeat)
		defer timer.Stop()
		heartbeat = timer.C
	}
	select {
	case <-sink.wake:
	case <-heartbeat:
		return true
	case <-sink.leave:
		return false
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-sink.hurry:
	case <-sink.leave:
	}
	return false
}

func (sink *Sink) send(batch []*item) {
	path, lines := "/v1/sessions", [][]byte{}
	if batch[0].kind != "session" {
		path = "/v1/events"
	}
	for _, each := range batch {
		lines = append(lines, each.line)
	}
	status, answer := sink.answer(path, lines, false)
	if status == http.StatusRequestEntityTooLarge && len(batch) > 1 {
		sink.send(batch[:len(batch)/2])
		sink.send(batch[len(batch)/2:])
		return
	}
	var body struct {
		Results []struct {
			Index          int
			Status, Reason string
		}
	}
	reasons, usual := map[int]string{}, ""
	if err := json.Unmarshal(answer, &body); err != nil || body.Results == nil {
		usual = map[int]string{0: "gave_up", http.StatusRequestEntityTooLarge: "too_large"}[status]
		if usual == "" && status >= 300 {
			usual = "refused"
		}
	}
	for _, each := range body.Results {
		if each.Status == "rejected" {
			if len(reasons) == 0 {
				log.Print("Escalite Console refuses a session: " + each.Reason)
			}
			reasons[each.Index] = "refused"
		}
	}
	sink.mutex.Lock()
	defer sink.mutex.Unlock()
	for index, each := range batch {
		sink.settle(each, either(reasons[index], usual))
	}
	if len(sink.lost) > 0 {
		nudge(sink.wake)
	}
}

// say tells the console that this client is there, what it lost, or that it leaves.
func (sink *Sink) say(lost map[loss][2]int, leaves bool) {
	sink.number++
	discarded := []map[string]any{}
	for what, counts := range lost {
		discarded = append(discarded, map[string]any{"reason": what[0], "log_level": what[1],
			"sessions": counts[0], "events": counts[1]})
	}
	sign := map[string]any{"event": "client", "client": sink.name, "at": epoch(time.Now()), "seq": sink.number,
		"source": sink.service, "discarded": discarded, "leaves": leaves}
	if sink.options.Live {
		sign["heartbeat"] = sink.options.Heartbeat.Seconds()
	}
	line, _ := marshal(sign)
	sink.answer("/v1/events", [][]byte{line}, true)
}

// answer is the answer that says what became of lines; 0 when there is none before the end.
func (sink *Sink) answer(path string, lines [][]byte, mayBeMissing bool) (int, []byte) {
	body := append(bytes.Join(lines, []byte("\n")), '\n')
	header := http.Header{"Content-Type": {"application/x-ndjson"}, "User-Agent": {"escalite_console.go"},
		"X-Escalite-Source": {sink.service}, "X-Escalite-Client": {sink.name}}
	if len(body) > 1024 {
		var zipped bytes.Buffer
		writer := gzip.NewWriter(&zipped)
		_, _ = writer.Write(body)
		_ = writer.Close()
		body = zipped.Bytes()
		header.Set("Content-Encoding", "gzip")
	}
	for pause := sink.options.FirstRetry; ; {
		wasLeaving := false
		select {
		case <-sink.leave:
			wasLeaving = true
		default:
		}
		status, answer, after, err := sink.post(path, body, header)
		switch {
		case status >= 200 && status < 300, status == 400, status == 413, status == 415, status == 422,
			status == 404 && mayBeMissing:
			if sink.isOut {
				log.Print("Escalite Console answers again")
			}
			sink.isOut = false
			return status, answer
		case !sink.isOut:
			why := fmt.Sprint("status ", status)
			if err != nil {
				why = err.Error()
			}
			log.Print("Escalite Console does not take sessions (" + why +
				"); they wait here, the least important are given up first")
			sink.isOut = true
		}
		if wasLeaving {
			return 0, nil
		}
		if after < 0 {
			after = time.Duration(float64(pause) * (0.5 + mathrand.Float64()/2))
		}
		select {
		case <-sink.leave:
		case <-time.After(after):
		}
		if pause *= 2; pause > sink.options.LastRetry {
			pause = sink.options.LastRetry
		}
	}
}

// post is one POST: status, body and the wait that Retry-After asks for (less than 0: none), or why there was no answer.
func (sink *Sink) post(path string, body []byte, header http.Header) (int, []byte, time.Duration, error) {
	address, token := sink.place()
	transport := &http.Transport{DisableKeepAlives: true}
	if socket := strings.TrimPrefix(address, "unix:"); socket != address {
		address = "http://localhost"
		transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", socket)
		}
	}
	request, err := http.NewRequest(http.MethodPost, address+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, -1, fmt.Errorf("the address of the console is none")
	}
	request.Header = header.Clone()
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	poster := http.Client{Transport: transport, Timeout: patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := poster.Do(request)
	if err != nil {
		return 0, nil, -1, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 16*1024*1024))
	return answer.StatusCode, text, waitOf(answer.Header.Get("Retry-After")), err
}

// waitOf is what Retry-After says, a number or a date, five minutes at most; less than 0 when it says nothing.
func waitOf(retryAfter string) time.Duration {
	wait := time.Duration(-1)
	if count, err := strconv.Atoi(retryAfter); err == nil {
		wait = time.Duration(count) * time.Second
	} else if date, err := http.ParseTime(retryAfter); err == nil {
		wait = time.Until(date)
		if wait < 0 {
			wait = 0
		}
	}
	if wait > 5*time.Minute {
		wait = 5 * time.Minute
	}
	return wait
}

// place is where the console is now, since it may have started again elsewhere, and the token for it.
func (sink *Sink) place() (address, token string) {
	var endpoint struct {
		Addresses []string
		Socket    string
		TokenFile string `json:"ingest_token_file"`
	}
	home, _ := os.UserHomeDir()
	data := either(os.Getenv("XDG_DATA_HOME"), filepath.Join(home, ".local/share"))
	for _, folder := range []string{os.Getenv("XDG_RUNTIME_DIR") + "/escalite", data + "/escalite/run"} {
		if text, err := os.ReadFile(folder + "/endpoint.json"); err == nil && json.Unmarshal(text, &endpoint) == nil {
			break
		}
	}
	address, token = sink.options.URL, sink.options.Token
	if address == "" {
		address = "http://" + append(endpoint.Addresses, "127.0.0.1:4377")[0]
		if _, err := os.Stat(endpoint.Socket); err == nil {
			address = "unix:" + endpoint.Socket
		}
	}
	isOwn := address == "unix:"+endpoint.Socket
	if scheme, rest, found := strings.Cut(address, "://"); found {
		host, _, _ := strings.Cut(rest, "/")
		address = scheme + "://" + host
		for _, each := range endpoint.Addresses {
			isOwn = isOwn || each == host
		}
	}
	if token == "" && isOwn { // The console's own token goes to the console alone.
		text, _ := os.ReadFile(endpoint.TokenFile)
		token = strings.TrimSpace(string(text))
	}
	return address, token
}
