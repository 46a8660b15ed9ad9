extension SASLClient {
    /// An authentication by a mechanism; nil if the credentials or the cryptography don't go with it.
    init?(
        _ mechanism: SASLMechanism,
        _ credentials: ClientCredentials,
        tls: TLSFacts?,
        offersPlus: Bool,
        limits: ClientLimits,
        cryptography: (any SASLCryptography)?
    ) {
        let user = credentials.user
        let plain: (any SASLClientDialogue)?
        switch (mechanism, credentials.secret) {
        case (.plain, .password(let password)): plain = SingleMessageClient(plain: user, password)
        case (.login, .password(let password)): plain = LoginClient(user: user, password: password)
        case (.oauthBearer, .token(let token)): plain = SingleMessageClient(bearer: user, token)
        case (.xoauth2, .token(let token)): plain = SingleMessageClient(xoauth2: user, token)
        case (.external, .certificate): plain = SingleMessageClient(message: [])
        case (.cramMD5, .password(let password)):
            plain = cryptography.map { CramMD5Client(user: user, password: password, cryptography: $0) }
        case (.scramSHA256, .password(let password)), (.scramSHA256Plus, .password(let password)):
            plain = cryptography.flatMap {
                ScramClient(
                    user: user,
                    password: password,
                    binding: ScramClient.Binding(mechanism, tls, offersPlus: offersPlus),
                    iterations: limits.scramIterations,
                    cryptography: $0
                )
            }
        default: plain = nil
        }
        guard let plain else { return nil }
        self.init(mechanism, plain)
    }
}
