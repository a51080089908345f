// centrifuge-go: told what to do, and saying what it hears, in lines of JSON. Argument: json or protobuf.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/centrifugal/centrifuge-go"
)

type clientTerms struct {
	Host               string          `json:"host"`
	Token              string          `json:"token"`
	TokenURL           string          `json:"tokenUrl"`
	Data               json.RawMessage `json:"data"`
	MaxServerPingDelay int             `json:"maxServerPingDelay"`
	MaxReconnectDelay  int             `json:"maxReconnectDelay"`
}

type subscriptionTerms struct {
	Data        json.RawMessage `json:"data"`
	Token       string          `json:"token"`
	TokenURL    string          `json:"tokenUrl"`
	Recoverable bool            `json:"recoverable"`
	Positioned  bool            `json:"positioned"`
	JoinLeave   bool            `json:"joinLeave"`
	Delta       bool            `json:"delta"`
	Tag         *struct {
		Key   string `json:"key"`
		Value string `json:"value"`
	} `json:"tag"`
}

type position struct {
	Offset uint64 `json:"offset"`
	Epoch  string `json:"epoch"`
}

type call struct {
	Method  string          `json:"method"`
	Channel string          `json:"channel"`
	Name    string          `json:"name"`
	Data    json.RawMessage `json:"data"`
	Limit   int32           `json:"limit"`
	Since   *position       `json:"since"`
	Reverse bool            `json:"reverse"`
}

type told struct {
	Client  string          `json:"client"`
	Do      string          `json:"do"`
	Channel string          `json:"channel"`
	Terms   json.RawMessage `json:"terms"`
	ID      int             `json:"id"`
	Call    call            `json:"call"`
}

type line map[string]any

var out sync.Mutex

func (d *driven) say(kind string, said line) {
	said["kind"] = kind
	said["client"] = d.name
	text, err := json.Marshal(said)
	if err != nil {
		panic(err)
	}
	out.Lock()
	defer out.Unlock()
	fmt.Println(string(text))
}

// tokenFrom asks the application for a token.
func tokenFrom(url string) (string, error) {
	answer, err := http.Get(url)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	if answer.StatusCode == http.StatusForbidden {
		return "", centrifuge.ErrUnauthorized
	}
	text, err := io.ReadAll(answer.Body)
	return string(text), err
}

// value is what bytes say that are JSON, which they are in both encodings here.
func value(data []byte) json.RawMessage {
	if len(data) == 0 {
		return json.RawMessage("null")
	}
	return data
}

func infoOf(info centrifuge.ClientInfo) line {
	return line{"user": info.User, "connInfo": value(info.ConnInfo), "chanInfo": value(info.ChanInfo)}
}

func publicationOf(publication centrifuge.Publication) line {
	tags := publication.Tags
	if tags == nil {
		tags = map[string]string{}
	}
	var by any
	if publication.Info != nil {
		by = publication.Info.User
	}
	return line{"data": value(publication.Data), "offset": publication.Offset, "tags": tags, "by": by}
}

func positionOf(found *centrifuge.StreamPosition) any {
	if found == nil {
		return nil
	}
	return position{found.Offset, found.Epoch}
}

func with(said line, channel string) line {
	said["channel"] = channel
	return said
}

// codeOf is the server's code in an error, wherever it is wrapped.
func codeOf(err error) any {
	var failed *centrifuge.Error
	if errors.As(err, &failed) {
		return failed.Code
	}
	return nil
}

type driven struct {
	name   string
	client *centrifuge.Client
}

func start(name string, encoding string, terms clientTerms) *driven {
	config := centrifuge.Config{
		Token:              terms.Token,
		Data:               terms.Data,
		MaxServerPingDelay: time.Duration(terms.MaxServerPingDelay) * time.Millisecond,
		MinReconnectDelay:  20 * time.Millisecond,
		MaxReconnectDelay:  time.Duration(terms.MaxReconnectDelay) * time.Millisecond,
	}
	if terms.TokenURL != "" {
		config.GetToken = func(centrifuge.ConnectionTokenEvent) (string, error) { return tokenFrom(terms.TokenURL) }
	}
	endpoint := "ws://" + terms.Host + "/connection/websocket"
	d := &driven{name: name}
	if encoding == "protobuf" {
		d.client = centrifuge.NewProtobufClient(endpoint, config)
	} else {
		d.client = centrifuge.NewJsonClient(endpoint, config)
	}
	d.listen()
	if err := d.client.Connect(); err != nil {
		panic(err)
	}
	return d
}

func (d *driven) listen() {
	c := d.client
	c.OnConnecting(func(e centrifuge.ConnectingEvent) {
		d.say("state", line{"state": "connecting", "code": e.Code, "reason": e.Reason})
	})
	c.OnConnected(func(e centrifuge.ConnectedEvent) {
		d.say("state", line{"state": "connected", "id": e.ClientID, "transport": "websocket", "data": value(e.Data)})
	})
	c.OnDisconnected(func(e centrifuge.DisconnectedEvent) {
		d.say("state", line{"state": "disconnected", "code": e.Code, "reason": e.Reason})
	})
	c.OnError(func(e centrifuge.ErrorEvent) {
		d.say("error", line{"code": codeOf(e.Error), "message": e.Error.Error()})
	})
	c.OnSubscribing(func(e centrifuge.ServerSubscribingEvent) {
		d.say("subscription", line{"state": "subscribing", "channel": e.Channel, "server": true})
	})
	c.OnSubscribed(func(e centrifuge.ServerSubscribedEvent) {
		d.say("subscription", line{
			"state": "subscribed", "channel": e.Channel, "server": true,
			"wasRecovering": e.WasRecovering, "recovered": e.Recovered, "recoverable": e.Recoverable,
			"positioned": e.Positioned, "position": positionOf(e.StreamPosition), "data": value(e.Data),
		})
	})
	c.OnUnsubscribed(func(e centrifuge.ServerUnsubscribedEvent) {
		d.say("subscription", line{"state": "unsubscribed", "channel": e.Channel, "server": true})
	})
	c.OnPublication(func(e centrifuge.ServerPublicationEvent) {
		said := with(publicationOf(e.Publication), e.Channel)
		said["server"] = true
		d.say("publication", said)
	})
	c.OnJoin(func(e centrifuge.ServerJoinEvent) { d.say("join", with(infoOf(e.ClientInfo), e.Channel)) })
	c.OnLeave(func(e centrifuge.ServerLeaveEvent) { d.say("leave", with(infoOf(e.ClientInfo), e.Channel)) })
}

func (d *driven) subscribe(channel string, terms subscriptionTerms) error {
	if known, ok := d.client.GetSubscription(channel); ok {
		return known.Subscribe()
	}
	config := centrifuge.SubscriptionConfig{
		Data: terms.Data, Token: terms.Token, Positioned: terms.Positioned, Recoverable: terms.Recoverable,
		JoinLeave: terms.JoinLeave, MinResubscribeDelay: 20 * time.Millisecond,
	}
	if terms.TokenURL != "" {
		config.GetToken = func(centrifuge.SubscriptionTokenEvent) (string, error) { return tokenFrom(terms.TokenURL) }
	}
	if terms.Delta {
		config.Delta = centrifuge.DeltaTypeFossil
	}
	if terms.Tag != nil {
		config.TagsFilter = centrifuge.FilterEq(terms.Tag.Key, terms.Tag.Value)
	}
	s, err := d.client.NewSubscription(channel, config)
	if err != nil {
		return err
	}
	s.OnSubscribing(func(e centrifuge.SubscribingEvent) {
		d.say("subscription", line{"state": "subscribing", "channel": channel, "server": false, "code": e.Code})
	})
	s.OnSubscribed(func(e centrifuge.SubscribedEvent) {
		d.say("subscription", line{
			"state": "subscribed", "channel": channel, "server": false,
			"wasRecovering": e.WasRecovering, "recovered": e.Recovered, "recoverable": e.Recoverable,
			"positioned": e.Positioned, "position": positionOf(e.StreamPosition), "data": value(e.Data),
		})
	})
	s.OnUnsubscribed(func(e centrifuge.UnsubscribedEvent) {
		d.say("subscription", line{"state": "unsubscribed", "channel": channel, "server": false, "code": e.Code})
	})
	s.OnError(func(e centrifuge.SubscriptionErrorEvent) {
		d.say("subscription-error", line{"channel": channel, "code": codeOf(e.Error), "message": e.Error.Error()})
	})
	s.OnPublication(func(e centrifuge.PublicationEvent) {
		said := with(publicationOf(e.Publication), channel)
		said["server"] = false
		d.say("publication", said)
	})
	s.OnJoin(func(e centrifuge.JoinEvent) { d.say("join", with(infoOf(e.ClientInfo), channel)) })
	s.OnLeave(func(e centrifuge.LeaveEvent) { d.say("leave", with(infoOf(e.ClientInfo), channel)) })
	return s.Subscribe()
}

func (d *driven) call(asked call) (any, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	switch asked.Method {
	case "publish":
		_, err := d.client.Publish(ctx, asked.Channel, asked.Data)
		return line{}, err
	case "history":
		options := []centrifuge.HistoryOption{
			centrifuge.WithHistoryLimit(asked.Limit), centrifuge.WithHistoryReverse(asked.Reverse),
		}
		if asked.Since != nil {
			since := centrifuge.StreamPosition{Offset: asked.Since.Offset, Epoch: asked.Since.Epoch}
			options = append(options, centrifuge.WithHistorySince(&since))
		}
		page, err := d.client.History(ctx, asked.Channel, options...)
		publications := []line{}
		for _, publication := range page.Publications {
			publications = append(publications, publicationOf(publication))
		}
		return line{"offset": page.Offset, "epoch": page.Epoch, "publications": publications}, err
	case "presence":
		present, err := d.client.Presence(ctx, asked.Channel)
		clients := line{}
		for id, info := range present.Clients {
			clients[id] = infoOf(info)
		}
		return clients, err
	case "presence_stats":
		stats, err := d.client.PresenceStats(ctx, asked.Channel)
		return line{"clients": stats.NumClients, "users": stats.NumUsers}, err
	case "rpc":
		answer, err := d.client.RPC(ctx, asked.Name, asked.Data)
		return line{"data": value(answer.Data)}, err
	case "send":
		return line{}, d.client.Send(ctx, asked.Data)
	}
	return nil, fmt.Errorf("unknown method %q", asked.Method)
}

func (d *driven) answer(id int, asked call) {
	result, err := d.call(asked)
	if err != nil {
		d.say("failed", line{"id": id, "code": codeOf(err), "message": err.Error()})
		return
	}
	d.say("answer", line{"id": id, "result": result})
}

func (d *driven) perform(command told) error {
	switch command.Do {
	case "disconnect":
		return d.client.Disconnect()
	case "subscribe":
		var terms subscriptionTerms
		if err := json.Unmarshal(command.Terms, &terms); err != nil {
			return err
		}
		return d.subscribe(command.Channel, terms)
	case "unsubscribe":
		if subscription, ok := d.client.GetSubscription(command.Channel); ok {
			return subscription.Unsubscribe()
		}
		return fmt.Errorf("no subscription to %q", command.Channel)
	}
	// Calls wait for their answers; what is told next does not wait for them.
	go d.answer(command.ID, command.Call)
	return nil
}

func main() {
	clients := map[string]*driven{}
	input := bufio.NewReader(os.Stdin)
	for {
		text, err := input.ReadBytes('\n')
		if err != nil {
			return
		}
		var command told
		if err := json.Unmarshal(text, &command); err != nil {
			panic(err)
		}
		if command.Do == "start" {
			var terms clientTerms
			if err := json.Unmarshal(command.Terms, &terms); err != nil {
				panic(err)
			}
			clients[command.Client] = start(command.Client, os.Args[1], terms)
			continue
		}
		if err := clients[command.Client].perform(command); err != nil {
			panic(err)
		}
	}
}
