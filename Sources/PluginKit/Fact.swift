/// The texts of `hk_args`, under their names there.
enum Fact: String {
    case remoteIP = "remote_ip"
    case localIP = "local_ip"
    case remoteHost = "remote_host"
    case helloHost = "hello_host"
    case authUser = "auth_user"
    case tls
    case mailAddress = "mail_address"
    case mailUser = "mail_user"
    case mailDomain = "mail_domain"
    case rcptAddress = "rcpt_address"
    case rcptUser = "rcpt_user"
    case rcptDomain = "rcpt_domain"
    case rcptOriginal = "rcpt_original"
    case command
    case argument
    case deniedHook = "denied_hook"
    case deniedPlugin = "denied_plugin"
    case deniedText = "denied_text"
    case logText = "log_text"
    case queueText = "queue_text"
    case authMechanism = "auth_mechanism"
    case authSecret = "auth_secret"
    case authToken = "auth_token"
    case domain
    case nextHop = "next_hop"
    case response

    /// The view in the arguments; all these fields were there in 1.0, so no size needs asking for.
    func view(in args: UnsafePointer<hk_args>) -> hk_str {
        switch self {
        case .remoteIP: unsafe args.pointee.remote_ip
        case .localIP: unsafe args.pointee.local_ip
        case .remoteHost: unsafe args.pointee.remote_host
        case .helloHost: unsafe args.pointee.hello_host
        case .authUser: unsafe args.pointee.auth_user
        case .tls: unsafe args.pointee.tls
        case .mailAddress: unsafe args.pointee.mail_address
        case .mailUser: unsafe args.pointee.mail_user
        case .mailDomain: unsafe args.pointee.mail_domain
        case .rcptAddress: unsafe args.pointee.rcpt_address
        case .rcptUser: unsafe args.pointee.rcpt_user
        case .rcptDomain: unsafe args.pointee.rcpt_domain
        case .rcptOriginal: unsafe args.pointee.rcpt_original
        case .command: unsafe args.pointee.command
        case .argument: unsafe args.pointee.argument
        case .deniedHook: unsafe args.pointee.denied_hook
        case .deniedPlugin: unsafe args.pointee.denied_plugin
        case .deniedText: unsafe args.pointee.denied_text
        case .logText: unsafe args.pointee.log_text
        case .queueText: unsafe args.pointee.queue_text
        case .authMechanism: unsafe args.pointee.auth_mechanism
        case .authSecret: unsafe args.pointee.auth_secret
        case .authToken: unsafe args.pointee.auth_token
        case .domain: unsafe args.pointee.domain
        case .nextHop: unsafe args.pointee.next_hop
        case .response: unsafe args.pointee.response
        }
    }
}
