// gocent: told which method to call, and saying what it answered, in lines of JSON. Arguments: address, key.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/centrifugal/gocent/v3"
)

type position struct {
	Offset uint64 `json:"offset"`
	Epoch  string `json:"epoch"`
}

// command has what the methods take, in the names of the API.
type command struct {
	Method         string            `json:"method"`
	Channel        string            `json:"channel"`
	Channels       []string          `json:"channels"`
	User           string            `json:"user"`
	Client         string            `json:"client"`
	Data           json.RawMessage   `json:"data"`
	SkipHistory    bool              `json:"skip_history"`
	Tags           map[string]string `json:"tags"`
	IdempotencyKey string            `json:"idempotency_key"`
	Info           json.RawMessage   `json:"info"`
	Code           uint32            `json:"code"`
	Reason         string            `json:"reason"`
	Whitelist      []string          `json:"whitelist"`
	Limit          int               `json:"limit"`
	Since          *position         `json:"since"`
	Reverse        bool              `json:"reverse"`
	Pattern        string            `json:"pattern"`
	Commands       []command         `json:"commands"`
}

func (c command) publishOptions() []gocent.PublishOption {
	options := []gocent.PublishOption{gocent.WithSkipHistory(c.SkipHistory), gocent.WithTags(c.Tags)}
	if c.IdempotencyKey != "" {
		options = append(options, gocent.WithIdempotencyKey(c.IdempotencyKey))
	}
	return options
}

func (c command) subscribeOptions() []gocent.SubscribeOption {
	options := []gocent.SubscribeOption{gocent.WithPresence(true), gocent.WithJoinLeave(true)}
	if c.Client != "" {
		options = append(options, gocent.WithSubscribeClient(c.Client))
	}
	if c.Data != nil {
		options = append(options, gocent.WithSubscribeData(c.Data))
	}
	if c.Info != nil {
		options = append(options, gocent.WithSubscribeInfo(c.Info))
	}
	return options
}

func (c command) unsubscribeOptions() []gocent.UnsubscribeOption {
	return []gocent.UnsubscribeOption{gocent.WithUnsubscribeClient(c.Client)}
}

func (c command) disconnectOptions() []gocent.DisconnectOption {
	options := []gocent.DisconnectOption{
		gocent.WithDisconnectClient(c.Client), gocent.WithDisconnectClientWhitelist(c.Whitelist),
	}
	if c.Code != 0 {
		options = append(options, gocent.WithDisconnect(&gocent.Disconnect{Code: c.Code, Reason: c.Reason}))
	}
	return options
}

func (c command) historyOptions() []gocent.HistoryOption {
	options := []gocent.HistoryOption{gocent.WithLimit(c.Limit), gocent.WithReverse(c.Reverse)}
	if c.Since != nil {
		since := gocent.StreamPosition{Offset: c.Since.Offset, Epoch: c.Since.Epoch}
		options = append(options, gocent.WithSince(&since))
	}
	return options
}

func (c command) call(ctx context.Context, client *gocent.Client) (any, error) {
	nothing := map[string]any{}
	switch c.Method {
	case "publish":
		return client.Publish(ctx, c.Channel, c.Data, c.publishOptions()...)
	case "broadcast":
		return client.Broadcast(ctx, c.Channels, c.Data, c.publishOptions()...)
	case "subscribe":
		return nothing, client.Subscribe(ctx, c.Channel, c.User, c.subscribeOptions()...)
	case "unsubscribe":
		return nothing, client.Unsubscribe(ctx, c.Channel, c.User, c.unsubscribeOptions()...)
	case "disconnect":
		return nothing, client.Disconnect(ctx, c.User, c.disconnectOptions()...)
	case "presence":
		return client.Presence(ctx, c.Channel)
	case "presence_stats":
		return client.PresenceStats(ctx, c.Channel)
	case "history":
		return client.History(ctx, c.Channel, c.historyOptions()...)
	case "history_remove":
		return nothing, client.HistoryRemove(ctx, c.Channel)
	case "channels":
		return client.Channels(ctx, gocent.WithPattern(c.Pattern))
	case "info":
		return client.Info(ctx)
	case "batch":
		pipe := client.Pipe()
		for _, one := range c.Commands {
			if err := one.add(pipe); err != nil {
				return nil, err
			}
		}
		return client.SendPipe(ctx, pipe)
	}
	return nil, fmt.Errorf("unknown method %q", c.Method)
}

func (c command) add(pipe *gocent.Pipe) error {
	switch c.Method {
	case "publish":
		return pipe.AddPublish(c.Channel, c.Data, c.publishOptions()...)
	case "broadcast":
		return pipe.AddBroadcast(c.Channels, c.Data, c.publishOptions()...)
	case "subscribe":
		return pipe.AddSubscribe(c.Channel, c.User, c.subscribeOptions()...)
	case "unsubscribe":
		return pipe.AddUnsubscribe(c.Channel, c.User, c.unsubscribeOptions()...)
	case "disconnect":
		return pipe.AddDisconnect(c.User, c.disconnectOptions()...)
	case "presence":
		return pipe.AddPresence(c.Channel)
	case "presence_stats":
		return pipe.AddPresenceStats(c.Channel)
	case "history":
		return pipe.AddHistory(c.Channel, c.historyOptions()...)
	case "history_remove":
		return pipe.AddHistoryRemove(c.Channel)
	case "channels":
		return pipe.AddChannels(gocent.WithPattern(c.Pattern))
	case "info":
		return pipe.AddInfo()
	}
	return fmt.Errorf("unknown method %q", c.Method)
}

func main() {
	client := gocent.New(gocent.Config{Addr: os.Args[1], Key: os.Args[2]})
	input := bufio.NewReader(os.Stdin)
	for {
		text, err := input.ReadBytes('\n')
		if err != nil {
			return
		}
		var asked command
		if err := json.Unmarshal(text, &asked); err != nil {
			panic(err)
		}
		said := map[string]any{}
		if result, err := asked.call(context.Background(), client); err == nil {
			said["result"] = result
		} else {
			said["error"] = failure(err)
		}
		answer, err := json.Marshal(said)
		if err != nil {
			panic(err)
		}
		fmt.Println(string(answer))
	}
}

func failure(err error) map[string]any {
	told := map[string]any{"message": err.Error()}
	var refused *gocent.Error
	if errors.As(err, &refused) {
		told["code"] = refused.Code
	}
	var status gocent.ErrStatusCode
	if errors.As(err, &status) {
		told["status"] = status.Code
	}
	return told
}
