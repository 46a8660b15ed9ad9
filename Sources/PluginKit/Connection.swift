/// A call about a connection: `connect`, `helo`, `quit` and their like.
public typealias Connection = Call<HookKind.Connection>

extension Call {
    /// The client's address, "192.0.2.7" or "2001:db8::1"; nil on a unix socket.
    public var remoteIP: String? { text(.remoteIP) }

    public var remotePort: Int { unsafe Int(args.pointee.remote_port) }

    /// The address that the client reached.
    public var localIP: String? { text(.localIP) }

    public var localPort: Int { unsafe Int(args.pointee.local_port) }

    /// The client's name by reverse lookup, "NXDOMAIN" or "DNSERROR"; nil until looked up.
    public var remoteHost: String? { text(.remoteHost) }

    /// The argument of HELO or EHLO as sent; nil before it.
    public var helloHost: String? { text(.helloHost) }

    /// The client said EHLO.
    public var isESMTP: Bool { unsafe args.pointee.esmtp != 0 }

    /// Who authenticated; nil without authentication.
    public var authUser: String? { text(.authUser) }

    /// "TLSv1.3 TLS_AES_256_GCM_SHA384"; nil on a plain connection.
    public var tls: String? { text(.tls) }

    /// This client may send anywhere; setting it needs the capability "relaying".
    public var relaying: Bool {
        get {
            guard unsafe frame.pointee.wrote else { return unsafe args.pointee.relaying != 0 }
            return unsafe fact("relaying")?.bool ?? (args.pointee.relaying != 0)
        }
        nonmutating set {
            assign("relaying") { tables, call in
                unsafe tables.session?.pointee.set_relaying(tables.context, call, newValue ? 1 : 0)
            }
        }
    }

    /// The connection's id as log lines have it.
    public var connectionID: String { fact("uuid", of: session)?.string ?? "" }
}

extension Call where Kind == HookKind.Connection {
    /// Adds a line to the EHLO reply, in the hook `capabilities` only: printable ASCII, 500 bytes at most.
    public func addCapability(_ line: String) throws(HostError) {
        try stage("capability \(line)") { tables, call in
            unsafe line.withView { unsafe tables.session?.pointee.add_capability(tables.context, call, $0) }
        }
    }
}
