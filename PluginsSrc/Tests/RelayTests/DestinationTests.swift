import Testing

@testable import Relay

@Suite struct DestinationTests {
    @Test(
        "A line is an object of two texts, in any order and spacing",
        arguments: [
            (#"{"action":"accept","nexthop":"127.0.0.1:2525"}"#, Destination.Action.accept, "127.0.0.1:2525"),
            (#" { "nexthop" : "mx.example" , "action":"deny" } "#, .deny, "mx.example"),
            (#"{"action":"continue"}"#, .continue, nil), (#"{"nexthop":"[2001:db8::1]:25"}"#, nil, "[2001:db8::1]:25"),
            (#"{"nexthop":"[2001:db8::1]"}"#, nil, "[2001:db8::1]"), (#"{}"#, nil, nil),
            (#"{"action":"\u0064eny"}"#, .deny, nil),
        ]
    ) func reads(_ text: String, _ action: Destination.Action?, _ nextHop: String?) throws {
        let destination = try Destination(text)
        #expect(destination.action == action)
        #expect(destination.nextHop == nextHop)
    }

    @Test(
        "Anything else is named",
        arguments: [
            "", "accept", "{", #"{"action":"accept"} x"#, #"{"action":1}"#, #"{"action":"accept",}"#,
            #"{"action":"yes"}"#,
            #"{"to":"x"}"#, #"{"nexthop":""}"#, #"{"nexthop":"a b"}"#, #"{"nexthop":"a:0"}"#, #"{"nexthop":"a:65536"}"#,
            #"{"nexthop":":25"}"#, #"{"nexthop":"a:b"}"#, #"{"nexthop":"[::1"}"#, #"{"nexthop":"::1"}"#,
            #"{"a":"\ud800"}"#,
        ]
    ) func refuses(_ text: String) {
        #expect(throws: Destination.Wrong.self) { try Destination(text) }
    }
}
