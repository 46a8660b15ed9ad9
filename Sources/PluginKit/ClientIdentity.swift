/// Whom a connection stands for, as a trusted host in front of the server says; see ``Call/identify(as:)``.
///
/// Texts hold no control characters; the server refuses what is no address, name or port.
public struct ClientIdentity: Sendable, Equatable {
    /// "192.0.2.7", "2001:db8::1".
    public var remoteIP: String

    /// 0: not known.
    public var remotePort = 0

    /// The client's name by reverse lookup; nil: the server looks it up.
    public var remoteHost: String?

    /// The address that the client reached; nil: the connection's own.
    public var localIP: String?

    /// The port that the client reached, whose rules then hold; 0: the connection's own.
    public var localPort = 0

    /// What the client said with HELO or EHLO; nil: it has yet to greet.
    public var helloHost: String?

    /// It was EHLO.
    public var isESMTP = false

    /// Who the client is, as behind AUTH; it may then send anywhere.
    public var authUser: String?

    public init(remoteIP: String) { self.remoteIP = remoteIP }
}

extension Call where Kind == HookKind.Command {
    /// Lets the connection stand for another client, in `unrecognized_command` with the verdict `.ok`.
    ///
    /// The server then asks `connect` anew, with `lookup_rdns` before it where there is no ``ClientIdentity/remoteHost``,
    /// and greets again. Needs the capability "identity"; refused while a transaction is open.
    public func identify(as client: ClientIdentity) throws(HostError) {
        try stage("identify \(client.remoteIP)") { tables, call in
            unsafe client.withView { unsafe tables.identify?(tables.context, call, $0) }
        }
    }
}

extension ClientIdentity {
    /// Lends it as the contract has it.
    func withView<R>(_ body: (UnsafePointer<hk_identity>) -> R) -> R {
        unsafe remoteIP.withView { remoteIP in
            unsafe remoteHost.withView { remoteHost in
                unsafe localIP.withView { localIP in
                    unsafe helloHost.withView { helloHost in
                        unsafe authUser.withView { authUser in
                            var view = unsafe hk_identity(
                                struct_size: UInt32(MemoryLayout<hk_identity>.size),
                                remote_port: Int32(clamping: remotePort),
                                remote_ip: remoteIP,
                                remote_host: remoteHost,
                                local_ip: localIP,
                                local_port: Int32(clamping: localPort),
                                esmtp: isESMTP ? 1 : 0,
                                pad: (0, 0, 0),
                                hello_host: helloHost,
                                auth_user: authUser
                            )
                            return unsafe body(&view)
                        }
                    }
                }
            }
        }
    }
}

extension HostTables {
    /// nil in a server from before 1.0 that has no such function (R1).
    fileprivate var identify:
        (@convention(c) (UnsafeMutableRawPointer?, hk_call, UnsafePointer<hk_identity>?) -> hk_status)?
    {
        guard let table = unsafe session,
            unsafe Int(table.pointee.struct_size) >= MemoryLayout<hk_ext_session>.offset(of: \.identify).map({ $0 + 8 })
                ?? .max
        else { return nil }
        return unsafe table.pointee.identify
    }
}
