// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// Package escaliteconsole sends what each request of a service left behind to Escalite Console. Go 1.19, nothing else.
//
//	client := escaliteconsole.New(escaliteconsole.Options{})
//	defer client.Close()                                                  // sends what waits, two seconds at most
//	http.ListenAndServe(":8080", client.Middleware(mux))                  // method, path, status, duration, panics
//	session := escaliteconsole.FromContext(request.Context())             // of the current request
//	session.Log("user", 42, escaliteconsole.Fields{})
//	call := session.StartCall("payment", escaliteconsole.Fields{URL: url})
//	call.Finish(escaliteconsole.Fields{Code: 504, Level: "error", Message: "no answer"})
//
// ESCALITE_URL and ESCALITE_TOKEN say where the console is; without them it is found by itself on this machine.
// ESCALITE_SERVICE (or OTEL_SERVICE_NAME) names the service, ESCALITE_LIVE=1 shows a request while it still runs,
// ESCALITE_MIN_LEVEL leaves out what is below, ESCALITE_DISABLED=1 switches off. Nothing here panics into a request or
// waits for the console; when too much waits, the lowest level goes first and is reported.
package escaliteconsole

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"encoding/hex"
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
	"unicode/utf8"
)

const (
	textLimit     = 32 * 1024 // bytes of one text, and about of one value
	valueLimit    = 2000      // nodes of one value; the console takes 20,000 a document
	sessionValues = 16000
	sessionBytes  = 900000
	entryLimit    = 900
	callLimit     = 900
	documentLimit = 1024 * 1024 // bytes; the console's own
	batchCount    = 512
	batchBytes    = 1024 * 1024
	gzipFrom      = 1024
)

var (
	levels   = []string{"debug", "info", "warning", "error", "critical"}
	ending   = len(levels) // In the queue the end of a live session stands above every level: without it it stays open.
	sections = []string{"api_logs", "service_logs", "error_logs"}

	secret      = regexp.MustCompile(`(?i)(authorization|cookies?|passwords?|passwd|secrets?|token|api[-_.]?keys?)([^a-z]|$)`)
	secretInURL = regexp.MustCompile(`(?i)([?&;][^=&#]*(?:password|passwd|secret|token|key|signature)=)[^&#]*`)
	loginInURL  = regexp.MustCompile(`://[^/?#@\s]*@`)
	traceparent = regexp.MustCompile(`^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$`)
)

// Redact says what is sent in the place of value. Options take another function of this kind.
func Redact(key string, value any) any {
	if secret.MatchString(key) {
		return "[hidden: " + key + "]"
	}
	return value
}

// Fields are what may be said of an entry or a call beside its key; what is empty never replaces what is there.
type Fields struct {
	Tag        string // The section of an entry; empty: none.
	Code       any
	Message    string
	Level      string // debug, info (also when empty), warning, error, critical
	URL        string
	ErrorTrace string
	Extras     map[string]any
}

// quietly keeps a mistake in here from becoming one of the request.
func quietly() {
	_ = recover()
}

func rankOf(level string) int {
	switch level = strings.ToLower(level); level {
	case "warn":
		return 2
	case "fatal":
		return 4
	}
	for rank, name := range levels {
		if name == level {
			return rank
		}
	}
	return 1
}

func worse(one, other int) int {
	if one > other {
		return one
	}
	return other
}

func statusLevel(status int) string {
	switch {
	case status >= 500:
		return "error"
	case status >= 400:
		return "warning"
	}
	return "info"
}

func seconds(of time.Duration) float64 {
	return math.Round(of.Seconds()*1e6) / 1e6
}

func epoch(at time.Time) json.Number {
	return json.Number(fmt.Sprintf("%d.%06d", at.Unix(), at.Nanosecond()/1000))
}

func wellFormed(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\x00", "\ufffd")
}

func keyOf(key string) string {
	for len(key) > 240 || !utf8.ValidString(key) {
		if len(key) <= 240 {
			return wellFormed(key)
		}
		key = strings.ToValidUTF8(key[:240], "")
	}
	if key == "" {
		return "?"
	}
	return wellFormed(key)
}

func textOf(text string, keepEnd bool) string {
	over := len(text) - textLimit
	switch {
	case over <= 0:
		return wellFormed(text)
	case keepEnd:
		return fmt.Sprintf("…(truncated %d)%s", over, wellFormed(text[over:]))
	}
	return fmt.Sprintf("%s…(truncated %d)", wellFormed(text[:textLimit]), over)
}

// cleaner makes a value fit to be sent: JSON's types alone, finite, bounded, without secrets. Counts what it made.
type cleaner struct {
	hide                  func(string, any) any
	values, bytes         int
	mostValues, mostBytes int // of the value at hand
}

func (c *cleaner) clean(value any) any {
	switch plain := value.(type) {
	case nil, bool, int, int8, int16, int32, int64, uint8, uint16, uint32:
		c.values++
		return value
	case string:
		c.values++
		return c.text(plain)
	case error:
		c.values++
		return c.text(plain.Error())
	}
	raw, err := marshal(value)
	if err != nil { // Not finite, a channel, what refers to itself.
		c.values++
		return c.text(fmt.Sprint(value))
	}
	var tree any
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if decoder.Decode(&tree) != nil {
		return c.text(string(raw))
	}
	c.mostValues, c.mostBytes = c.values+valueLimit, c.bytes+textLimit
	return c.walk(tree, 0)
}

func (c *cleaner) walk(value any, depth int) any {
	c.values++
	c.bytes += 8
	isFull := func() bool { return depth >= 16 || c.values > c.mostValues || c.bytes > c.mostBytes }
	switch node := value.(type) {
	case string:
		return c.text(node)
	case json.Number:
		if _, err := node.Int64(); err != nil && !strings.ContainsAny(node.String(), ".eE") {
			return node.String()
		}
		return node
	case []any:
		for index := range node {
			if isFull() {
				return append(node[:index:index], fmt.Sprintf("…(truncated %d)", len(node)-index))
			}
			node[index] = c.walk(node[index], depth+1)
		}
		return node
	case map[string]any:
		out := make(map[string]any, len(node))
		for key, member := range node {
			if isFull() {
				out["…"] = fmt.Sprintf("(truncated %d)", len(node)-len(out))
				break
			}
			out[keyOf(key)] = c.walk(c.hidden(key, member), depth+1)
		}
		return out
	}
	return value
}

// hidden is value as the redaction leaves it: of JSON's types when it was replaced.
func (c *cleaner) hidden(key string, value any) any {
	switch kept := c.hide(key, value).(type) {
	case nil, bool, string, json.Number, []any, map[string]any:
		return kept
	default:
		return fmt.Sprint(kept)
	}
}

func (c *cleaner) text(text string) string {
	text = textOf(text, false)
	c.bytes += len(text)
	return text
}

func marshal(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimRight(out.Bytes(), "\n"), err
}

// members is a JSON object that keeps the order of its members.
type members []member
type member struct {
	name  string
	value any
}

func (m members) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for index, each := range m {
		if index > 0 {
			out = append(out, ',')
		}
		name, _ := marshal(each.name)
		value, err := marshal(each.value)
		if err != nil {
			return nil, err
		}
		out = append(append(append(out, name...), ':'), value...)
	}
	return append(out, '}'), nil
}

// Session is what one request leaves behind. Its methods may be called from any goroutine, also on nil, and do nothing
// after the end.
type Session struct {
	client *Client

	mutex         sync.Mutex
	id            string
	sections      []*section
	untagged      section
	level         int
	raised        int // as set by hand
	isForced      bool
	hasEnded      bool
	dropped       int          // entries and calls left out of it,
	lost          atomic.Int64 // and events of it that were thrown away while they waited
	entries       int
	calls         int
	values, bytes int
	started       time.Time
	elapsed       time.Duration
}

type section struct {
	name    string
	level   int // -1: none yet
	order   []*entry
	entries map[string]*entry
}

type entry struct {
	key                      string
	value, code              any
	message, url, errorTrace *string
	extras                   members
	level, peak              int
	start, logged            time.Time
	end                      time.Time
	elapsed                  time.Duration
	calls                    []*Call
}

// Call is one call of a service.
type Call struct {
	session      *Session
	service      string
	number       int
	level        int
	message, url *string
	code         any
	start        time.Time
	elapsed      time.Duration
	isOver       bool
}

// Start begins a session of client. route: "POST /pay", or any name.
func (client *Client) Start(route string) *Session {
	s := &Session{client: client, id: uuid4(), level: 1, raised: 1, started: time.Now(), untagged: section{level: -1}}
	for _, name := range sections {
		s.sections = append(s.sections, &section{name: name, level: -1})
	}
	method, path, found := strings.Cut(route, " ")
	if !found || !strings.HasPrefix(path, "/") {
		method, path = "", route
	}
	method = strings.ToUpper(method)
	event := members{{"source", client.service}, {"path", textOf(path, false)}, {"log_date", s.logDate()}}
	if method != "" {
		event = append(event, member{"method", textOf(method, false)})
		s.write("", "request_method", method, Fields{Tag: "api_logs"}, nil)
	}
	if path != "" {
		s.write("", "request_path", path, Fields{Tag: "api_logs"}, nil)
	}
	s.event("session_start", 1, s.started, event)
	return s
}

// Log writes an entry, in a section when Fields.Tag names one. The same key again changes the entry.
func (s *Session) Log(key string, value any, fields Fields) {
	s.write("entry", key, value, fields, nil)
}

// LogService says what a service did, at one moment.
func (s *Session) LogService(service string, fields Fields) {
	fields.Tag = "service_logs"
	s.write("entry", service, nil, fields, nil)
}

// StartCall begins a call of service.
func (s *Session) StartCall(service string, fields Fields) *Call {
	fields.Tag = "service_logs"
	call := &Call{session: s, service: service}
	s.write("call_start", service, nil, fields, call)
	return call
}

// Finish ends the call.
func (c *Call) Finish(fields Fields) {
	if c != nil && c.number > 0 {
		fields.Tag = "service_logs"
		c.session.write("call_stop", c.service, nil, fields, c)
	}
}

// Respond says the HTTP status of the answer: from 500 on an error, from 400 on a warning.
func (s *Session) Respond(status int) {
	s.Log("response_status", status, Fields{Tag: "api_logs", Code: status, Level: statusLevel(status)})
}

// LogError records what went wrong in error_logs.
func (s *Session) LogError(key string, err error) {
	if err != nil {
		s.Log(key, fmt.Sprintf("%T", err), Fields{Tag: "error_logs", Level: "error", Message: err.Error()})
	}
}

// Traceparent takes the ids of the W3C header of that name.
func (s *Session) Traceparent(header string) {
	ids := traceparent.FindStringSubmatch(header)
	if ids == nil || ids[1] == "ff" || (ids[1] == "00" && ids[4] != "") || strings.Trim(ids[2], "0") == "" ||
		strings.Trim(ids[3], "0") == "" {
		return
	}
	s.Log("trace_id", ids[2], Fields{Tag: "api_logs"})
	s.Log("span_id", ids[3], Fields{Tag: "api_logs"})
}

// AlertID is the id of the session on the console.
func (s *Session) AlertID() string {
	if s == nil {
		return ""
	}
	return s.id
}

// SetLevel raises the level of the session, or of a section when tag names one; lowers it only by force.
func (s *Session) SetLevel(level, tag string, force bool) {
	if s == nil {
		return
	}
	defer quietly()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.hasEnded {
		return
	}
	rank := rankOf(level)
	event := members{{"log_level", levels[rank]}}
	before := s.level
	var part *section
	if tag != "" {
		part = s.section(keyOf(tag))
		before = worse(1, part.level)
		event = append(event, member{"section", part.name})
	}
	switch {
	case !force:
		s.raise(part, rank)
		if part == nil {
			s.raised = worse(rank, s.raised)
		}
	case part != nil:
		wasForced := s.level < s.rest()
		part.level = rank
		if wasForced {
			s.level = worse(s.level, rank)
		} else {
			s.level = s.rest()
		}
	default:
		s.level, s.raised = rank, rank
	}
	if force {
		s.isForced = s.isForced || rank < before
		event = append(event, member{"force", true})
	}
	s.event("level", rank, time.Now(), event)
}

// raise says that something of level has been written to part, or to no section.
func (s *Session) raise(part *section, level int) {
	if part != nil && level >= worse(1, part.level) {
		part.level = level
	}
	s.level = worse(level, s.level)
}

// rest is the worst of what was set by hand, the sections and the untagged entries.
func (s *Session) rest() int {
	level := s.raised
	for _, each := range s.sections {
		level = worse(level, each.level)
	}
	for _, each := range s.untagged.order {
		level = worse(level, each.peak)
	}
	return level
}

// End ends the session and hands it over. A second end does nothing.
func (s *Session) End() {
	if s == nil {
		return
	}
	defer quietly()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.hasEnded {
		return
	}
	s.elapsed = time.Since(s.started)
	s.event("session_end", s.level, s.started.Add(s.elapsed), members{{"time_elapsed", seconds(s.elapsed)}})
	s.hasEnded = true
	if !s.client.live && s.level >= s.client.least {
		s.client.put(&item{rank: s.level, level: s.level, cost: s.bytes + 800, session: s})
	}
}

// Document is the whole of it as the console takes it.
func (s *Session) Document() []byte {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.document()
}

func (s *Session) document() []byte {
	head := members{{"format", 1}}
	if s.dropped > 0 {
		head = append(head, member{"dropped", s.dropped})
	}
	out := members{{"escalite", head}, {"alert_id", s.id}, {"source", s.client.service}}
	own := members{}
	for index, part := range s.sections {
		if index < len(sections) {
			out = append(out, member{part.name, part.wire(true)})
		} else {
			own = append(own, member{part.name, part.wire(true)})
		}
	}
	if len(own) > 0 {
		out = append(out, member{"sections", own})
	}
	if len(s.untagged.order) > 0 {
		out = append(out, member{"entries", s.untagged.wire(false)})
	}
	out = append(out, member{"log_level", levels[s.level]})
	if s.isForced {
		out = append(out, member{"forced", true})
	}
	var end any
	if s.hasEnded {
		end = epoch(s.started.Add(s.elapsed))
	}
	out = append(out, member{"start_time", epoch(s.started)}, member{"end_time", end}, member{"log_date", s.logDate()})
	if s.hasEnded {
		out = append(out, member{"time_elapsed", seconds(s.elapsed)})
	}
	text, _ := marshal(out)
	return text
}

func (s *Session) logDate() string {
	return s.started.Local().Format("2006-01-02 15:04:05")
}

func (s *Session) section(name string) *section {
	for _, part := range s.sections {
		if part.name == name {
			return part
		}
	}
	part := &section{name: name, level: -1}
	s.sections = append(s.sections, part)
	return part
}

func (s *Session) write(kind, key string, value any, fields Fields, call *Call) {
	if s == nil {
		return
	}
	defer quietly()
	key, tag, rank := keyOf(key), fields.Tag, rankOf(fields.Level)
	clean := cleaner{hide: s.client.redact}
	given := members{}
	var message, url, trace *string
	text := func(name, from string, keepEnd bool) *string {
		if from == "" {
			return nil
		}
		from = textOf(from, keepEnd)
		clean.bytes += len(from)
		given = append(given, member{name, from})
		return &from
	}
	if value != nil {
		value = clean.clean(s.client.redact(key, value))
		given = append(given, member{"value", value})
	}
	code := fields.Code
	if code != nil {
		code = clean.clean(code)
		given = append(given, member{"code", code})
	}
	message = text("message", fields.Message, false)
	given = append(given, member{"log_level", levels[rank]})
	extras := members{}
	for name, extra := range fields.Extras {
		extras = append(extras, member{keyOf(name), clean.clean(s.client.redact(name, extra))})
	}
	if len(extras) > 0 {
		given = append(given, member{"extras", extras})
	}
	url = text("url", secretInURL.ReplaceAllString(loginInURL.ReplaceAllString(fields.URL, "://"), "${1}[hidden]"), false)
	trace = text("error_trace", fields.ErrorTrace, true)

	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.hasEnded {
		return
	}
	part := &s.untagged
	if tag != "" {
		part = s.section(keyOf(tag))
	}
	written := part.entries[key]
	isNew := written == nil
	if isNew && s.entries >= entryLimit || call != nil && s.calls >= callLimit || s.values > sessionValues ||
		s.bytes > sessionBytes {
		s.dropped++
		return
	}
	s.values += clean.values
	s.bytes += clean.bytes
	now := time.Now()
	if isNew {
		written = &entry{key: key, start: now, peak: rank}
		if part.entries == nil {
			part.entries = map[string]*entry{}
		}
		part.entries[key] = written
		part.order = append(part.order, written)
		s.entries++
		s.values += 12
		s.bytes += 200
	} else if tag != "" {
		written.end, written.elapsed = now, now.Sub(written.start)
	}
	isNewest := true
	if call != nil {
		if kind == "call_start" {
			s.calls++
			s.values += 8
			s.bytes += 200
			call.start = now
			written.calls = append(written.calls, call)
			call.number = len(written.calls)
		} else {
			call.isOver, call.elapsed = true, now.Sub(call.start)
		}
		isNewest = call.number == len(written.calls)
		call.level = rank
		replace(&call.code, code)
		replaceText(&call.message, message)
		replaceText(&call.url, url)
	}
	written.logged, written.peak = now, worse(rank, written.peak)
	if isNewest { // The entry of a service shows its newest call.
		written.level = rank
		replace(&written.value, value)
		replace(&written.code, code)
		replaceText(&written.message, message)
		replaceText(&written.url, url)
		replaceText(&written.errorTrace, trace)
		if call != nil {
			written.start, written.end, written.elapsed = call.start, time.Time{}, 0
			if call.isOver {
				written.end, written.elapsed = call.start.Add(call.elapsed), call.elapsed
			}
		}
	} else if written.errorTrace == nil {
		written.errorTrace = trace
	}
	for _, extra := range extras {
		written.extras = written.extras.with(extra)
	}
	if tag == "" {
		s.raise(nil, rank)
	} else {
		s.raise(part, rank)
	}
	where := members{{"key", key}}
	if call != nil {
		where = members{{"service", key}, {"call", call.number}}
	} else if tag != "" {
		where = members{{"section", part.name}, {"key", key}}
	}
	if kind != "" { // The start of the session has told its method and path.
		s.event(kind, rank, now, append(where, given...))
	}
}

func replace(what *any, by any) {
	if by != nil {
		*what = by
	}
}

func replaceText(what **string, by *string) {
	if by != nil {
		*what = by
	}
}

func (m members) with(one member) members {
	for index := range m {
		if m[index].name == one.name {
			replace(&m[index].value, one.value)
			return m
		}
	}
	return append(m, one)
}

func (part *section) wire(isTagged bool) members {
	out := members{}
	if part.level >= 0 && isTagged && part.entries["log_level"] == nil {
		out = append(out, member{"log_level", levels[part.level]})
	}
	for _, each := range part.order {
		out = append(out, member{each.key, each.wire(isTagged)})
	}
	return out
}

func (e *entry) wire(isTagged bool) members {
	out := members{{"value", e.value}, {"code", e.code}, {"message", e.message}, {"log_level", levels[e.level]}}
	if e.peak != e.level {
		out = append(out, member{"peak_level", levels[e.peak]})
	}
	out = append(out, member{"log_time", epoch(e.logged)})
	if len(e.extras) > 0 {
		out = append(out, member{"extras", e.extras})
	}
	if e.url != nil {
		out = append(out, member{"url", e.url})
	}
	if e.errorTrace != nil {
		out = append(out, member{"error_trace", e.errorTrace})
	}
	if isTagged {
		out = append(out, member{"start_time", epoch(e.start)})
		if !e.end.IsZero() {
			out = append(out, member{"end_time", epoch(e.end)}, member{"time_elapsed", seconds(e.elapsed)})
		}
	}
	if len(e.calls) > 0 {
		calls := []members{}
		for _, call := range e.calls {
			calls = append(calls, call.wire())
		}
		out = append(out, member{"calls", calls})
	}
	return out
}

func (c *Call) wire() members {
	var end, elapsed any
	if c.isOver {
		end, elapsed = epoch(c.start.Add(c.elapsed)), seconds(c.elapsed)
	}
	return members{{"message", c.message}, {"code", c.code}, {"log_level", levels[c.level]}, {"url", c.url},
		{"start_time", epoch(c.start)}, {"end_time", end}, {"time_elapsed", elapsed}}
}

// event hands a step of a live session over. With the session's mutex held.
func (s *Session) event(kind string, rank int, at time.Time, more members) {
	if !s.client.live || s.hasEnded {
		return
	}
	isStart, isEnd := kind == "session_start", kind == "session_end"
	if !isStart && !isEnd && rank < s.client.least {
		return
	}
	event := append(members{{"event", kind}, {"alert_id", s.id}, {"at", epoch(at)}}, more...)
	text, err := marshal(event)
	if err != nil {
		return
	}
	each := &item{rank: rank, level: rank, cost: len(text), line: text, session: s, isEvent: true}
	if isEnd {
		each.rank = ending
	}
	s.client.put(each)
	if isStart || isEnd {
		s.client.count(isStart)
	}
}

func uuid4() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	x := hex.EncodeToString(b[:])
	return x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:]
}

type key struct{}

// NewContext is context with session as the current one.
func NewContext(parent context.Context, session *Session) context.Context {
	return context.WithValue(parent, key{}, session)
}

// FromContext is the session of the current request; nil outside of one, which every method takes.
func FromContext(from context.Context) *Session {
	session, _ := from.Value(key{}).(*Session)
	return session
}

// Middleware does what next does, each request within a session that ends when the handler returns. A panic is
// recorded and goes on.
func (client *Client) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		session := client.Start(r.Method + " " + r.URL.Path)
		session.Traceparent(r.Header.Get("Traceparent"))
		answer := &response{ResponseWriter: w}
		defer session.End()
		defer func() {
			status := answer.status
			if cause := recover(); cause != nil {
				if cause == http.ErrAbortHandler {
					session.Log("interrupted", nil, Fields{Tag: "error_logs", Level: "warning", Message: "the handler gave up"})
				} else {
					session.Log("unhandled_exception", fmt.Sprintf("%T", cause), Fields{Tag: "error_logs", Level: "error",
						Message: fmt.Sprint(cause), ErrorTrace: string(debug.Stack())})
				}
				if status == 0 { // net/http closes the connection without an answer.
					status = http.StatusInternalServerError
				}
				session.Respond(status)
				session.End()
				panic(cause)
			}
			if status == 0 {
				status = http.StatusOK
			}
			if r.Context().Err() != nil {
				session.Log("interrupted", nil, Fields{Tag: "error_logs", Level: "warning", Message: "the client has gone"})
			}
			session.Respond(status)
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

func (r *response) Write(data []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(data)
}

func (r *response) ReadFrom(from io.Reader) (int64, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return io.Copy(r.ResponseWriter, from)
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

// Options say what comes from the environment when it is empty.
type Options struct {
	URL, Token, Service string
	Live, Disabled      bool
	MinLevel            string
	Redact              func(key string, value any) any
	MaxQueued           int           // Sessions, or events / 8 when live; 2048.
	MaxBytes            int           // Of everything that waits; 8 MiB.
	Delay               time.Duration // How long the first of a batch waits for others; 1 s, live 50 ms.
	Timeout             time.Duration // Of one exchange; 10 s.
	FirstRetry          time.Duration // Doubles, with jitter, to LastRetry; 1 s and 60 s.
	LastRetry           time.Duration
	Heartbeat           time.Duration     // Live: a sign of life at least this often; 5 s.
	Warn                func(text string) // log.Print
}

// item is what waits: an ended session, a document, or an event without its closing brace.
type item struct {
	order   int
	rank    int // ending, or its level
	level   int
	cost    int
	line    []byte
	session *Session
	isEvent bool
}

type discard struct{ sessions, events int }
type reason struct {
	word  string
	level int
}

// Client is the way to one console: a bounded queue and the goroutine that sends.
type Client struct {
	options  Options
	service  string
	name     string
	live     bool
	disabled bool
	least    int
	redact   func(string, any) any

	mutex       sync.Mutex
	queues      [][]*item // by rank
	queued      int
	bytes       int
	order       int
	settled     int
	accepted    int
	discarded   map[string]int
	toReport    map[reason]discard
	open        int
	since       time.Time
	hurry       bool
	isLeaving   bool
	isRunning   bool
	wake        chan struct{}
	over        chan struct{}
	leave       chan struct{}
	settledNews *sync.Cond

	// Of the goroutine that sends.
	number      int
	spoke       time.Time
	reportAfter time.Time
	isOut       bool
	hasPromised bool
	transport   *http.Transport
	reached     string
}

// New makes a client; it starts its goroutine with the first that is handed over.
func New(options Options) *Client {
	either := func(words ...string) string {
		for _, word := range words {
			if word != "" {
				return word
			}
		}
		return ""
	}
	isSet := func(name string) bool {
		word := strings.ToLower(os.Getenv(name))
		return word != "" && word != "0" && word != "false" && word != "no" && word != "off"
	}
	atLeast := func(value *time.Duration, otherwise time.Duration) {
		if *value <= 0 {
			*value = otherwise
		}
	}
	client := &Client{options: options, redact: options.Redact, discarded: map[string]int{}, toReport: map[reason]discard{},
		wake: make(chan struct{}, 1), over: make(chan struct{}), leave: make(chan struct{}), queues: make([][]*item, ending+1)}
	client.settledNews = sync.NewCond(&client.mutex)
	client.service = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, either(options.Service, os.Getenv("ESCALITE_SERVICE"), os.Getenv("OTEL_SERVICE_NAME"), filepath.Base(os.Args[0])))
	client.service = textOf(client.service, false)
	if len(client.service) > 120 {
		client.service = strings.ToValidUTF8(client.service[:120], "")
	}
	client.live = options.Live || isSet("ESCALITE_LIVE")
	client.disabled = options.Disabled || isSet("ESCALITE_DISABLED")
	client.least = rankOf(either(options.MinLevel, os.Getenv("ESCALITE_MIN_LEVEL"), "debug"))
	client.options.URL = either(options.URL, os.Getenv("ESCALITE_URL"))
	client.options.Token = either(options.Token, os.Getenv("ESCALITE_TOKEN"))
	if client.redact == nil {
		client.redact = Redact
	}
	if client.options.Warn == nil {
		client.options.Warn = func(text string) { log.Print(text) }
	}
	if client.options.MaxQueued <= 0 {
		client.options.MaxQueued = 2048
	}
	if client.options.MaxBytes <= 0 {
		client.options.MaxBytes = 8 * 1024 * 1024
	}
	delay := time.Second
	if client.live {
		client.options.MaxQueued *= 8
		delay = 50 * time.Millisecond
	}
	atLeast(&client.options.Delay, delay)
	atLeast(&client.options.Timeout, 10*time.Second)
	atLeast(&client.options.FirstRetry, time.Second)
	atLeast(&client.options.LastRetry, time.Minute)
	atLeast(&client.options.Heartbeat, 5*time.Second)
	host, _ := os.Hostname()
	client.name = fmt.Sprintf("%s@%s-%d-%s", client.service, host, os.Getpid(), uuid4()[:4])
	return client
}

// Forward sends a document of Python Escalite's form unchanged.
func (client *Client) Forward(document []byte) {
	var head struct {
		Level string `json:"log_level"`
	}
	_ = json.Unmarshal(document, &head)
	line := bytes.ReplaceAll(append([]byte{}, document...), []byte("\n"), []byte(" ")) // A line feed is a blank in JSON.
	client.put(&item{rank: rankOf(head.Level), level: rankOf(head.Level), cost: len(line), line: line})
}

// Accepted is how many sessions and events the console confirmed.
func (client *Client) Accepted() int {
	client.mutex.Lock()
	defer client.mutex.Unlock()
	return client.accepted
}

// Discarded is what was thrown away since the start, by reason.
func (client *Client) Discarded() map[string]int {
	client.mutex.Lock()
	defer client.mutex.Unlock()
	out := map[string]int{}
	for word, count := range client.discarded {
		out[word] = count
	}
	return out
}

// Flush waits until what was handed over by now is answered, most at the longest. Whether it is.
func (client *Client) Flush(most time.Duration) bool {
	client.mutex.Lock()
	defer client.mutex.Unlock()
	handed, end := client.order, time.Now().Add(most)
	client.hurry = true
	client.nudge()
	timer := time.AfterFunc(most, client.settledNews.Broadcast)
	defer timer.Stop()
	for client.settled < handed && time.Now().Before(end) {
		client.settledNews.Wait()
	}
	return client.settled >= handed
}

// Close sends what waits, two seconds at most, and ends.
func (client *Client) Close() {
	client.mutex.Lock()
	wasRunning := client.isRunning && !client.isLeaving
	if wasRunning {
		close(client.leave)
	}
	client.isLeaving = true
	client.mutex.Unlock()
	if !wasRunning {
		return
	}
	select {
	case <-client.over:
	case <-time.After(2 * time.Second):
	}
}

func (client *Client) put(each *item) {
	client.mutex.Lock()
	defer client.mutex.Unlock()
	if client.disabled || client.isLeaving {
		return
	}
	client.order++
	each.order = client.order
	if client.queued == 0 {
		client.since = time.Now()
	}
	client.queues[each.rank] = append(client.queues[each.rank], each)
	client.queued++
	client.bytes += each.cost
	for client.queued > client.options.MaxQueued || client.bytes > client.options.MaxBytes {
		for rank := range client.queues {
			if len(client.queues[rank]) > 0 {
				client.discard(client.pop(rank), "queue_full")
				break
			}
		}
	}
	if client.queued == 1 || client.queued == batchCount || client.bytes > batchBytes {
		client.nudge()
	}
	if !client.isRunning {
		client.isRunning = true
		go client.run()
	}
}

func (client *Client) count(isStart bool) {
	client.mutex.Lock()
	defer client.mutex.Unlock()
	if isStart {
		client.open++
	} else {
		client.open--
	}
}

// pop takes the oldest of a queue. Like all that follow up to run, with the mutex held.
func (client *Client) pop(rank int) *item {
	each := client.queues[rank][0]
	client.queues[rank][0] = nil
	client.queues[rank] = client.queues[rank][1:]
	client.queued--
	client.bytes -= each.cost
	return each
}

func (client *Client) discard(each *item, word string) {
	counts := client.toReport[reason{word, each.level}]
	if each.isEvent {
		counts.events++
	} else {
		counts.sessions++
	}
	client.toReport[reason{word, each.level}] = counts
	if each.session != nil {
		each.session.lost.Add(1)
	}
	client.discarded[word]++
	client.settle()
}

func (client *Client) settle() {
	client.settled++
	client.settledNews.Broadcast()
}

func (client *Client) nudge() {
	select {
	case client.wake <- struct{}{}:
	default:
	}
}

// take is the oldest items of one kind that make a batch.
func (client *Client) take() []*item {
	batch, size := []*item{}, 0
	for client.queued > 0 && len(batch) < batchCount {
		oldest := -1
		for rank, queue := range client.queues {
			if len(queue) > 0 && (oldest < 0 || queue[0].order < client.queues[oldest][0].order) {
				oldest = rank
			}
		}
		next := client.queues[oldest][0]
		if len(batch) > 0 && (next.isEvent != batch[0].isEvent || size+next.cost > batchBytes) {
			break
		}
		size += next.cost
		batch = append(batch, client.pop(oldest))
	}
	return batch
}

func (client *Client) run() {
	defer close(client.over)
	for {
		batch, isLast := client.next()
		if len(batch) > 0 {
			client.send(batch)
		} else {
			client.say(isLast)
		}
		if isLast {
			return
		}
	}
}

// next waits for the next batch; an empty one means that something is to be said of this client itself.
func (client *Client) next() (batch []*item, isLast bool) {
	for {
		client.mutex.Lock()
		now, wait := time.Now(), time.Hour
		until := func(at time.Time) {
			if at.Sub(now) < wait {
				wait = at.Sub(now)
			}
		}
		due := client.since.Add(client.options.Delay)
		if client.queued > 0 && (client.hurry || client.isLeaving || !now.Before(due) || client.queued >= batchCount ||
			client.bytes > batchBytes) {
			if !client.live || client.hasPromised {
				batch = client.take()
			}
			client.mutex.Unlock()
			return batch, false
		}
		client.hurry = client.hurry && client.queued > 0
		if client.queued > 0 {
			until(due)
		}
		if len(client.toReport) > 0 {
			until(client.reportAfter)
		}
		if client.live && client.open > 0 {
			until(client.spoke.Add(client.options.Heartbeat))
		}
		isLast = client.isLeaving
		client.mutex.Unlock()
		if isLast || wait <= 0 {
			return nil, isLast
		}
		timer := time.NewTimer(wait)
		select {
		case <-client.wake:
		case <-client.leave:
		case <-timer.C:
		}
		timer.Stop()
	}
}

func (client *Client) send(batch []*item) {
	lines, sent := [][]byte{}, []*item{}
	for _, each := range batch {
		line := client.finished(each)
		if len(line) > documentLimit {
			client.mutex.Lock()
			client.discard(each, "too_large")
			client.mutex.Unlock()
			continue
		}
		lines, sent = append(lines, line), append(sent, each)
	}
	path := "/v1/sessions"
	if batch[0].isEvent {
		path = "/v1/events"
	}
	client.post(path, lines, sent)
}

// finished is the line of an item: the document of a session, an event with its number.
func (client *Client) finished(each *item) []byte {
	switch {
	case !each.isEvent && each.session != nil:
		return each.session.Document()
	case !each.isEvent:
		return each.line
	}
	client.number++
	line := bytes.TrimSuffix(each.line, []byte("}"))
	if each.rank == ending {
		line = append(line, fmt.Sprintf(`,"dropped":%d`, each.session.dropped+int(each.session.lost.Load()))...)
	}
	return append(line, fmt.Sprintf(`,"seq":%d}`, client.number)...)
}

func (client *Client) post(path string, lines [][]byte, sent []*item) {
	if len(lines) == 0 {
		return
	}
	status, answer := client.answer(path, lines, false)
	if status == http.StatusRequestEntityTooLarge && len(lines) > 1 {
		half := len(lines) / 2
		client.post(path, lines[:half], sent[:half])
		client.post(path, lines[half:], sent[half:])
		return
	}
	var body struct {
		Results []struct {
			Index          int
			Status, Reason string
		}
	}
	refused, why := map[int]string{}, ""
	if json.Unmarshal(answer, &body) == nil && body.Results != nil {
		for _, each := range body.Results {
			if each.Status == "rejected" {
				refused[each.Index], why = "refused", each.Reason
			}
		}
	} else if status == 0 || status >= 300 {
		word := map[int]string{0: "gave_up", http.StatusRequestEntityTooLarge: "too_large"}[status]
		if word == "" {
			word = "refused"
		}
		for index := range sent {
			refused[index] = word
		}
	}
	if why != "" {
		client.options.Warn(fmt.Sprintf("Escalite Console refuses %d of %d: %s", len(refused), len(sent), why))
	}
	client.mutex.Lock()
	defer client.mutex.Unlock()
	for index, each := range sent {
		if word := refused[index]; word != "" {
			client.discard(each, word)
		} else {
			client.accepted++
			client.settle()
		}
	}
}

// say tells the console that this client is there, what it threw away, or that it leaves.
func (client *Client) say(leaves bool) {
	client.mutex.Lock()
	told := client.toReport
	client.toReport = map[reason]discard{}
	client.mutex.Unlock()
	if len(told) == 0 && !client.live {
		return
	}
	client.number++
	client.hasPromised = client.live
	list := []members{}
	for why, counts := range told {
		list = append(list, members{{"reason", why.word}, {"log_level", levels[why.level]}, {"sessions", counts.sessions},
			{"events", counts.events}})
	}
	sign := members{{"event", "client"}, {"client", client.name}, {"at", epoch(time.Now())}, {"seq", client.number},
		{"source", client.service}, {"discarded", list}, {"leaves", leaves}}
	if client.live {
		sign = append(sign, member{"heartbeat", client.options.Heartbeat.Seconds()})
	}
	line, _ := marshal(sign)
	if status, _ := client.answer("/v1/events", [][]byte{line}, true); status >= 200 && status < 300 {
		return
	}
	client.mutex.Lock()
	defer client.mutex.Unlock()
	client.reportAfter = time.Now().Add(client.options.LastRetry)
	for why, counts := range told {
		now := client.toReport[why]
		client.toReport[why] = discard{now.sessions + counts.sessions, now.events + counts.events}
	}
}

// answer is the answer that says what became of lines; 0 when there is none before the end.
func (client *Client) answer(path string, lines [][]byte, mayBeMissing bool) (int, []byte) {
	body := append(bytes.Join(lines, []byte("\n")), '\n')
	coding := ""
	if len(body) > gzipFrom {
		var zipped bytes.Buffer
		writer, _ := gzip.NewWriterLevel(&zipped, 5)
		_, _ = writer.Write(body)
		_ = writer.Close()
		body, coding = zipped.Bytes(), "gzip"
	}
	for pause := client.options.FirstRetry; ; {
		client.mutex.Lock()
		wasLeaving := client.isLeaving
		client.mutex.Unlock()
		status, answer, after, err := client.exchange(path, body, coding)
		switch {
		case status >= 200 && status < 300, status == 400, status == 413, status == 415, status == 422,
			status == 404 && mayBeMissing:
			if client.isOut && status < 300 {
				client.options.Warn("Escalite Console answers again")
				client.isOut = false
			}
			client.mutex.Lock()
			client.spoke = time.Now()
			client.mutex.Unlock()
			return status, answer
		case !client.isOut:
			client.isOut = true
			why := fmt.Sprint("status ", status)
			if err != nil {
				why = err.Error()
			}
			client.options.Warn("Escalite Console does not take sessions (" + why +
				"); they wait here, the least important are given up first")
		}
		if wasLeaving {
			return 0, nil
		}
		wait := time.Duration(float64(pause) * (0.5 + mathrand.Float64()/2))
		if after >= 0 {
			wait = after
		}
		select {
		case <-client.leave:
		case <-time.After(wait):
		}
		if pause *= 2; pause > client.options.LastRetry {
			pause = client.options.LastRetry
		}
	}
}

// exchange is one POST: status, body, what Retry-After says (or less than 0), or why there was no answer.
func (client *Client) exchange(path string, body []byte, coding string) (int, []byte, time.Duration, error) {
	address, token := client.place()
	if client.transport == nil || client.reached != address {
		client.transport = &http.Transport{Proxy: nil, MaxIdleConns: 1, IdleConnTimeout: 10 * time.Second}
		if socket := strings.TrimPrefix(address, "unix:"); socket != address {
			client.transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, "unix", socket)
			}
		}
		client.reached = address
	}
	if strings.HasPrefix(address, "unix:") {
		address = "http://localhost"
	}
	request, err := http.NewRequest(http.MethodPost, address+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, -1, fmt.Errorf("the address of the console is none")
	}
	request.Header.Set("Content-Type", "application/x-ndjson")
	request.Header.Set("User-Agent", "escalite_console.go")
	request.Header.Set("X-Escalite-Source", client.service)
	request.Header.Set("X-Escalite-Client", client.name)
	request.Header["Idempotency-Key"] = nil // Not sent; lets the transport repeat it when an idle connection was closed.
	if coding != "" {
		request.Header.Set("Content-Encoding", coding)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	poster := http.Client{Transport: client.transport, Timeout: client.options.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := poster.Do(request)
	if err != nil {
		return 0, nil, -1, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 16*1024*1024))
	if err != nil {
		return 0, nil, -1, err
	}
	after := time.Duration(-1)
	if wait, err := strconv.ParseFloat(answer.Header.Get("Retry-After"), 64); err == nil {
		after = time.Duration(math.Min(math.Max(wait, 0), 300) * float64(time.Second))
	}
	return answer.StatusCode, text, after, nil
}

// place is where the console is now, since it may have started again elsewhere, and the token for it.
func (client *Client) place() (address, token string) {
	var endpoint struct {
		Addresses []string
		Socket    string
		TokenFile string `json:"ingest_token_file"`
	}
	data := os.Getenv("XDG_DATA_HOME")
	if data == "" {
		home, _ := os.UserHomeDir()
		data = filepath.Join(home, ".local/share")
	}
	text, err := os.ReadFile(filepath.Join(data, "escalite/run/endpoint.json"))
	if runtime := os.Getenv("XDG_RUNTIME_DIR"); runtime != "" {
		if found, failure := os.ReadFile(filepath.Join(runtime, "escalite/endpoint.json")); failure == nil {
			text, err = found, nil
		}
	}
	if err == nil {
		_ = json.Unmarshal(text, &endpoint)
	}
	address, token = client.options.URL, client.options.Token
	if address == "" {
		address = "http://127.0.0.1:4377"
		if len(endpoint.Addresses) > 0 {
			address = "http://" + endpoint.Addresses[0]
		}
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
		if text, err := os.ReadFile(endpoint.TokenFile); err == nil {
			token = strings.TrimSpace(string(text))
		}
	}
	return address, token
}
