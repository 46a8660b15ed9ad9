internal import TLS
internal import Wire

extension ServerSettings {
    /// The addresses to listen on, and what is spoken there.
    func listeners(tls: TLSConfiguration) -> [Listener] {
        listen.map { Listener($0, options(of: $0, tls, .smtp)) }
            + lmtpListen.map { Listener($0, options(of: $0, tls, .lmtp)) }
    }

    private func options(
        of address: ListenAddress,
        _ tls: TLSConfiguration,
        _ dialect: ListenerOptions.Dialect
    ) -> ListenerOptions {
        var options = ListenerOptions(takesProxyHeader: true, dialect: dialect)
        var port: Int?
        if case .tcp(_, let number) = address { port = Int(number) }
        // Whether it is offered to a client, and has a certificate by then, is asked for each connection.
        options.tls = tls.isImplicit(port: port) ? .implicit : .offered
        if let port, auth.submissionPorts.contains(port) { options.purpose = .submission }
        // A unix socket has no address that could stand among the trusted proxies.
        if port == nil { options.takesProxyHeader = false }
        return options
    }

    /// How new connections are received.
    func reception(contexts: @escaping @Sendable (Int?) -> TLSServerContexts?) -> Reception {
        var reception = Reception()
        reception.contexts = contexts
        reception.proxies = proxies
        reception.limits = connectionLimits
        // RFC 5321 §4.2.3: 421 names the host.
        reception.refusal = Array("421 4.7.0 \(hostname) has too many connections, try again later\r\n".utf8)
        return reception
    }
}
