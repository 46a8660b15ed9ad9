import PluginKit

/// Everything with a server before the first mail: greeting, TLS, XCLIENT, AUTH.
package struct Opening: Sendable {
    let terms: BackendTerms
    let hello: String
    let client: XClientFacts

    package init(_ terms: BackendTerms, hello: String, client: XClientFacts = XClientFacts()) {
        self.terms = terms
        self.hello = hello
        self.client = client
    }

    /// Connects to the first server of the pool that can be used; says of the others what is wrong.
    ///
    /// Throws the last one's fault when none can be.
    package func open<Line: RemoteLine>(
        _ pool: HostPool,
        connect: (Remote) async throws -> Line,
        trouble: (String) -> Void
    ) async throws -> (Dialogue<Line>, Offer) {
        var last: any Error = RemoteFault("there is no server")
        for remote in pool.order() {
            do {
                let line = try await connect(remote)
                do {
                    let opened = try await open(line, remote)
                    pool.worked(remote)
                    return opened
                } catch {
                    line.close()
                    throw error
                }
            } catch {
                trouble(error is RemoteFault ? "\(remote) \(error)" : "\(remote) can't be used: \(error)")
                last = error
                if (error as? NetError)?.kind == .cancelled { break }
                pool.failed(remote)
            }
        }
        throw last
    }

    private func open<Line: RemoteLine>(_ line: Line, _ remote: Remote) async throws -> (Dialogue<Line>, Offer) {
        let dialogue = Dialogue(line, hello: hello)
        var offer = try await dialogue.begin()
        var isSecure = remote.isImplicitTLS && terms.security != .off
        if !isSecure, terms.security != .off {
            if offer.has("STARTTLS") {
                offer = try await dialogue.startTLS(terms.tls)
                isSecure = true
            } else if terms.security == .required {
                throw RemoteFault("offers no STARTTLS, and enable_tls is true")
            }
        }
        if terms.sendsXClient, let command = client.command(for: offer.parameters("XCLIENT")) {
            let answer = try await dialogue.say(command)
            guard answer.code == 220 else { throw RemoteFault("answered XCLIENT with \(answer.code)") }
            offer = try await dialogue.greet()
        }
        if let login = terms.login { try await authenticate(login, dialogue, offer, isSecure || remote.isHere) }
        return (dialogue, offer)
    }

    private func authenticate<Line: RemoteLine>(
        _ login: BackendTerms.Login,
        _ dialogue: Dialogue<Line>,
        _ offer: Offer,
        _ isPrivate: Bool
    ) async throws {
        guard isPrivate || terms.allowsCleartext else {
            throw RemoteFault("would get the password in clear; set enable_tls, or allow_cleartext=true")
        }
        let answer = try await dialogue.authenticate(
            login.user,
            Array(login.password.utf8),
            offer,
            mechanism: login.mechanism
        )
        guard answer.code == 235 else { throw RemoteFault("answered AUTH with \(answer.code)") }
    }
}
