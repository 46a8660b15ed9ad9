/// A call about AUTH: `auth_lookup`, `auth_verify` and `auth_token`; needs the capability "auth.secret".
public typealias Authentication = Call<HookKind.Authentication>

extension Call where Kind == HookKind.Authentication {
    /// Who wants in.
    public var user: String { text(.authUser) ?? "" }

    /// The SASL mechanism, "SCRAM-SHA-256".
    public var mechanism: String { text(.authMechanism) ?? "" }

    /// The password, in `auth_verify`; bytes that are not UTF-8 become U+FFFD, see ``secretBytes``.
    public var secret: String { text(.authSecret) ?? "" }

    /// The password as the client sent it, in `auth_verify`.
    public var secretBytes: [UInt8] {
        unsafe UnsafeRawBufferPointer(Fact.authSecret.view(in: args)).map { $0 }
    }

    /// The bearer token, in `auth_token`.
    public var bearer: String { text(.authToken) ?? "" }

    /// Answers `auth_lookup` without the password: RFC 5802 §3's salt, iteration count, StoredKey and ServerKey.
    ///
    /// Binary values of 16 to 64 bytes; at least 4096 iterations.
    public func setVerifier(
        mechanism: String,
        salt: [UInt8],
        iterations: UInt32,
        storedKey: [UInt8],
        serverKey: [UInt8]
    ) throws(HostError) {
        try stage("set_verifier") { tables, call in
            unsafe mechanism.withView { mechanism in
                unsafe salt.withView { salt in
                    unsafe storedKey.withView { stored in
                        unsafe serverKey.withView { server in
                            unsafe tables.session?.pointee.set_verifier(
                                tables.context,
                                call,
                                mechanism,
                                salt,
                                iterations,
                                stored,
                                server
                            )
                        }
                    }
                }
            }
        }
    }

    /// Answers `auth_lookup` with a verifier, for the mechanism that was asked about; return `.ok` with it.
    public func setVerifier(_ verifier: SCRAMVerifier) throws(HostError) {
        try setVerifier(
            mechanism: mechanism,
            salt: verifier.salt,
            iterations: verifier.iterations,
            storedKey: verifier.storedKey,
            serverKey: verifier.serverKey
        )
    }
}
