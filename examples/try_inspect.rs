//! Prints what the inspector sees of a database.

#[tokio::main]
async fn main() {
    let url = std::env::args().nth(1).unwrap();
    let (c, k) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(k);
    let v: i32 = c.query_one("select current_setting('server_version_num')::int", &[]).await.unwrap().get(0);
    let t = std::time::Instant::now();
    let found = dbtool::inspect::inspect(&c, v as u32, &Default::default()).await;
    eprintln!("{:?}", t.elapsed());
    match found {
        Ok(f) => {
            for (id, e) in f.schema.iter() {
                println!("{id}: {} {:?}", serde_json::to_string(&e.object).unwrap(), e.comment);
            }
            println!("{:?}", f.unmanaged);
        }
        Err(e) => eprintln!("{}", dbtool::error::report(&e)),
    }
}
