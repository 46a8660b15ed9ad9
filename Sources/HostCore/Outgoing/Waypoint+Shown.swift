internal import Outbound

extension Waypoint {
    /// As people write it: `mx.example:25`, a path, `the mail hosts of x.example`.
    var shown: String {
        switch route.place {
        case .host(let name, let port): NextStop.joined(name, port)
        case .unix(let path): path
        case .mailHosts(let port):
            "the mail hosts of \(domain ?? "the domain")" + (port == 25 ? "" : ", port \(port)")
        }
    }
}
