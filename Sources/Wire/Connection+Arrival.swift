internal import NIOCore

extension Connection {
    /// Who receives a new connection.
    enum Welcome {
        case driver
        /// Something comes before there is a driver.
        case preface(awaitsHeader: Bool)
        /// It is over a limit; the text, if any, is for the peer.
        case refusal([UInt8])
    }

    /// Counts the connection and says who receives it.
    func arrive() -> Welcome {
        let reception = entrance.present
        let options = entrance.options
        let awaitsHeader = options.takesProxyHeader && isProxy(reception)
        // Behind a proxy the client's address counts, which is not known yet.
        let address = awaitsHeader ? nil : limitedAddress(reception.limits)
        if let fault = entrance.tally.add(address, reception.limits) {
            entrance.tell(fault, of: self)
            return .refusal(options.tls == .implicit ? [] : reception.refusal)
        }
        isCounted = true
        countedAddress = address
        return awaitsHeader || options.tls == .implicit ? .preface(awaitsHeader: awaitsHeader) : .driver
    }

    private func isProxy(_ reception: Reception) -> Bool {
        // Who may connect to a unix socket is a matter of its permissions.
        guard let address = IPAddress(channel.remoteAddress) else { return true }
        return reception.proxies.contains(address)
    }

    private func limitedAddress(_ limits: ConnectionLimits) -> IPAddress? {
        limits.perAddress == nil ? nil : IPAddress(channel.remoteAddress)?.counted
    }

    /// Takes a PROXY header off and obeys it; being over the limit of the client's address makes a fault.
    func announce(_ length: Int, _ source: PeerAddress?, _ destination: PeerAddress?) {
        entrance.tally.note { $0.proxyHeaders += 1 }
        unread?.moveReaderIndex(forwardBy: length)
        if unread?.readableBytes == 0, let empty = unread.take() { recycle(empty) }
        var client = IPAddress(channel.remoteAddress)
        if let source, let destination {
            announced = AnnouncedEnds(source: source, destination: destination)
            client = source.ip.flatMap { IPAddress($0) }
        }
        let reception = entrance.present
        guard reception.limits.perAddress != nil, let address = client?.counted else { return }
        if entrance.tally.add(address: address, reception.limits) {
            countedAddress = address
        } else {
            fault = .tooManyFromAddress
            if listener.tls != .implicit { write(reception.refusal) }
        }
    }
}
