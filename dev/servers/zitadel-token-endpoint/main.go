// Serves what Zitadel 4.12.3 serves to devices and to whoever checks their tokens, on the library that Zitadel itself
// serves OpenID Connect with, with the oddities that were seen there. It stands for Zitadel where none can be reached:
// in tests and in the demo, never in a plant.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"time"
)

// configuration is the file given by -config. Everything in it is fixed while the program runs.
type configuration struct {
	Issuer               string         `json:"issuer"`
	ManagementToken      string         `json:"managementToken"`
	TokenLifetimeSeconds int            `json:"tokenLifetimeSeconds"`
	Organisations        []organisation `json:"organisations"`
	Projects             []project      `json:"projects"`
	Users                []*user        `json:"users"`
}

type organisation struct {
	ID            string `json:"id"`
	PrimaryDomain string `json:"primaryDomain"`
}

// A project's applications are what people log in to; devices need none.
type project struct {
	ID        string   `json:"id"`
	ClientIDs []string `json:"clientIds"`
}

func (c *configuration) lifetime() time.Duration {
	return time.Duration(c.TokenLifetimeSeconds) * time.Second
}

func (c *configuration) organisation(id string) (organisation, bool) {
	for _, organisation := range c.Organisations {
		if organisation.ID == id {
			return organisation, true
		}
	}
	return organisation{}, false
}

func (c *configuration) hasProject(id string) bool {
	for _, project := range c.Projects {
		if project.ID == id {
			return true
		}
	}
	return false
}

func (c *configuration) projectOfApplication(clientID string) (string, bool) {
	for _, project := range c.Projects {
		for _, application := range project.ClientIDs {
			if application == clientID {
				return project.ID, true
			}
		}
	}
	return "", false
}

func main() {
	file := flag.String("config", "", "the configuration, a JSON file")
	listen := flag.String("listen", ":8080", "the address to listen on")
	state := flag.String("state", "", "a file to keep users and keys in over a restart (default: none)")
	certificate := flag.String("tls-cert", "", "serve HTTPS with this certificate, a PEM file")
	key := flag.String("tls-key", "", "the certificate's private key, a PEM file")
	flag.Parse()
	if err := run(*file, *listen, *state, *certificate, *key); err != nil {
		slog.Error("stopped", "reason", err)
		os.Exit(1)
	}
}

func run(file, listen, state, certificate, key string) error {
	configuration, err := read(file)
	if err != nil {
		return err
	}
	instance, err := open(configuration, state)
	if err != nil {
		return err
	}
	handler, err := routes(instance)
	if err != nil {
		return err
	}
	server := &http.Server{Addr: listen, Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	slog.Info("serving", "issuer", configuration.Issuer, "address", listen)
	if certificate != "" || key != "" {
		return server.ListenAndServeTLS(certificate, key)
	}
	return server.ListenAndServe()
}

func read(file string) (*configuration, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	read := &configuration{TokenLifetimeSeconds: 12 * 60 * 60}
	if err := json.Unmarshal(text, read); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if read.Issuer == "" || read.ManagementToken == "" || len(read.Organisations) == 0 {
		return nil, fmt.Errorf("%s: issuer, managementToken and organisations are required", file)
	}
	return read, nil
}

// routes answers for the issuer's host only: Zitadel chooses the instance by the Host header, so 127.0.0.1 in place of
// localhost is nobody.
func routes(instance *instance) (http.Handler, error) {
	issuer, err := url.Parse(instance.configuration.Issuer)
	if err != nil {
		return nil, err
	}
	tokens, management := tokenHandler(instance), managementHandler(instance)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/debug/ready": // Zitadel's own probe; it belongs to no instance
			w.WriteHeader(http.StatusOK)
		case r.Host != issuer.Host:
			http.Error(w, "Instance not found. Make sure you got the domain right.", http.StatusNotFound)
		case management.serves(r):
			management.ServeHTTP(w, r)
		default:
			tokens.ServeHTTP(w, r)
		}
	}), nil
}
