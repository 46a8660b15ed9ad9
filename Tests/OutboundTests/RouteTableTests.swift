import Testing

@testable import Outbound

struct RouteTableTests {
    private func route(_ host: String) -> Route {
        var route = Route()
        route.place = .host(host, port: 25)
        return route
    }

    @Test(arguments: [
        ("a.example", "exact"), ("b.a.example", "below"), ("c.b.a.example", "below"), ("other.example", "all"),
        ("", "all"),
    ])
    func `The route that fits best is taken`(destination: String, host: String) {
        let table = RouteTable(["a.example": route("exact"), ".a.example": route("below"), "*": route("all")])
        #expect(table[destination] == route(host))
    }

    @Test func `Without a route DNS decides`() {
        #expect(RouteTable()["a.example"].place == .mailHosts(port: 25))
        #expect(RouteTable([".a.example": route("below")])["a.example"].place == .mailHosts(port: 25))
    }
}
