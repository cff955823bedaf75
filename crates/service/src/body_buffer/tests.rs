use http_body_util::BodyExt;
use proptest::prelude::*;

use super::*;

/// Bytes that hardly compress.
fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed;
    let next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    std::iter::repeat_with(next).take(length).collect()
}

fn response(length: usize) -> Response {
    BodyBuffer::from(noise(length, 1)).into_response()
}

async fn read(response: Response) -> Result<Bytes, axum::Error> {
    Ok(response.into_body().collect().await?.to_bytes())
}

const MIB: usize = 1024 * 1024;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn parts_are_sent_as_they_were_written(
        parts in prop::collection::vec((0..LONG * 2, any::<bool>(), any::<bool>()), 0..5)
    ) {
        let (mut plain, mut buffer) = (Vec::new(), BodyBuffer::default());
        for (index, (length, is_noise, is_apart)) in parts.into_iter().enumerate() {
            let part = if is_noise { noise(length, index as u64) } else { vec![b'x'; length] };
            plain.extend_from_slice(&part);
            if is_apart {
                buffer.append(part.into());
            } else {
                buffer.end().extend_from_slice(&part);
                buffer.pack_if_long();
            }
        }
        prop_assert_eq!(buffer.is_empty(), plain.is_empty());
        let mut visited = Vec::new();
        buffer.visit(|part| visited.extend_from_slice(part));
        prop_assert!(visited == plain);
        let response = buffer.into_response();
        let length = hyper::body::Body::size_hint(response.body()).exact();
        prop_assert_eq!(length, Some(plain.len() as u64));
        let sent = futures_util::FutureExt::now_or_never(read(response)).expect("at hand");
        prop_assert!(sent.expect("a body") == plain);
    }
}

#[test]
fn a_long_answer_is_compressed_and_each_sent_block_frees_memory() {
    let mut response = BodyBuffer::from(vec![b'x'; 4 * MIB]).into_response();
    let held = Arc::clone(&response.extensions().get::<Admission>().expect("a long answer").0);
    let before = held.size();
    assert!(before < 4 * MIB / 50, "{before}");
    let frame = futures_util::FutureExt::now_or_never(response.body_mut().frame());
    let block = frame.flatten().expect("a frame").expect("a frame").into_data().expect("bytes");
    assert_eq!(block.len(), BLOCK);
    assert!(held.size() < before);
    drop(response);
    assert_eq!(Arc::strong_count(&held), 1, "nothing else holds a dropped answer");
}

#[tokio::test]
async fn the_caller_that_holds_the_most_memory_is_refused_more() {
    let unsent = Unsent::default();
    let mut held = Vec::new();
    while held.len() < 100 {
        let mut one = response(4 * MIB);
        match unsent.admit(7, &mut one) {
            Ok(()) => held.push(one),
            Err(Full) => break,
        }
    }
    assert_eq!(held.len(), MOST / (4 * MIB));
    assert!(unsent.admit(7, &mut response(COUNTED - 1)).is_ok(), "short answers are not counted");
    // A sent answer frees its memory.
    read(held.remove(0)).await.expect("a body");
    assert!(unsent.admit(7, &mut response(4 * MIB)).is_ok());
}

#[tokio::test]
async fn another_caller_gets_memory_and_the_oldest_answer_of_the_largest_is_cut_off() {
    let unsent = Unsent::default();
    let mut held: Vec<Response> = (0..MOST / (4 * MIB)).map(|_| response(4 * MIB)).collect();
    for one in &mut held {
        unsent.admit(7, one).expect("room");
    }
    let mut other = response(8 * MIB);
    unsent.admit(8, &mut other).expect("room for another caller");
    let mut cut = Vec::new();
    for one in held {
        cut.push(read(one).await.is_err());
    }
    let expected: Vec<bool> = (0..MOST / (4 * MIB)).map(|index| index < 2).collect();
    assert_eq!(cut, expected);
    assert!(read(other).await.is_ok());
}
